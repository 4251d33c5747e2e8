// The editor: what is typed is looked through for card data here, and only then checked by the console, as `fare start` does.

import { post } from './ask.js';
import { cardData, endsInLongNumber } from './carddata.js';
import { byId, say } from './dom.js';

// How long nothing may be typed before the input is checked, in milliseconds.
const PAUSE = 200;
const REFUSED = 'holds card data, which is not accepted: send a payment method token of the gateway (pm_…) instead. Nothing left this page.';

let timer = null;
let asked = 0;
let unfinished = false;

/** Readies the editor; `opened` is called with the fare that was started. */
export function editor(opened) {
  const input = byId('input');
  input.value = example();
  input.addEventListener('input', () => later(PAUSE));
  input.addEventListener('blur', () => unfinished && later(0));
  byId('example').addEventListener('click', () => {
    input.value = example();
    later(0);
  });
  byId('editor').addEventListener('submit', (event) => {
    event.preventDefault();
    start(opened);
  });
  // The page is there before its first check.
  later(PAUSE);
}

function example() {
  const fare = {
    fareId: `wr_${Date.now().toString(36)}`,
    customerId: '3',
    fareAmount: '$20.00',
    paymentMethod: 'pm_card_visa',
  };
  return JSON.stringify(fare, null, 2);
}

function later(pause) {
  byId('begin').disabled = true;
  asked += 1;
  clearTimeout(timer);
  timer = setTimeout(check, pause);
}

/** Whether nothing of it may leave the page; says so. */
function keptBack(input) {
  unfinished = false;
  const field = cardData(input.value);
  if (field !== null) {
    verdict(false, `\`${field}\` ${REFUSED}`);
    return true;
  }
  if (document.activeElement === input && endsInLongNumber(input.value.slice(0, input.selectionStart))) {
    unfinished = true;
    verdict(null, 'A long number is checked once you have gone on.');
    return true;
  }
  return false;
}

async function check() {
  const input = byId('input');
  if (keptBack(input)) {
    return;
  }
  const question = asked;
  try {
    const { valid, error } = await post('/api/validate', { text: input.value });
    if (question === asked) {
      verdict(valid, valid ? 'This is a fare that can be started.' : error);
    }
  } catch (error) {
    verdict(null, error.message);
  }
}

async function start(opened) {
  const input = byId('input');
  if (byId('begin').disabled || keptBack(input)) {
    return;
  }
  try {
    const { fareId, stood } = await post('/api/start', { text: input.value });
    verdict(true, stood ? `Fare ${fareId} was started before, with the same input.` : `Fare ${fareId} is started.`);
    opened(fareId);
  } catch (error) {
    verdict(false, error.message);
  }
}

function verdict(valid, words) {
  const shape = { true: '✓ ', false: '✕ ' }[valid] ?? '';
  byId('begin').disabled = valid !== true;
  byId('input').setAttribute('aria-invalid', valid === false);
  byId('verdict').dataset.valid = valid;
  say(byId('verdict'), `${shape}${words}`);
}
