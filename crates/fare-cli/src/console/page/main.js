// The page: what is open, and the line to the console.

import { get, takeToken } from './ask.js';
import { byId, say } from './dom.js';
import { LONGEST, on, follow } from './live.js';
import { showBooks } from './books.js';
import { holdsCardNumber } from './carddata.js';
import { editor } from './editor.js';
import { find } from './find.js';
import { interfere } from './interfere.js';
import { stories } from './start.js';
import { watch } from './watch.js';
import { records } from './records.js';
import { timeline } from './timeline.js';

const LINES = {
  live: '● live',
  lost: '○ the console does not answer; trying again …',
  refused: '○ open the address that `fare console` printed: this page has no token of this start, or an old one',
};

// What the names of executions are made of is for Step Functions to say; a fare's id is ours.
const IDS = { fare: /^[A-Za-z0-9_-]+$/, execution: /^[^\s/:?#"\\]+$/u };

/** What the address says is open: `#/fare/ID`, or `#/execution/NAME`; and the kind of what it names, but by what is no id. */
function opened() {
  const [, kind, written] = location.hash.match(/^#\/(fare|execution)\/(.*)$/) ?? [];
  if (kind === undefined) {
    return { target: {} };
  }
  const id = read(written);
  // What may be the number of a card is no id: it is sent nowhere and not repeated.
  const isId = IDS[kind].test(id) && id.length <= LONGEST[kind] && !holdsCardNumber(id);
  return isId ? { target: { [kind]: id } } : { target: {}, noId: kind };
}

function read(written) {
  try {
    return decodeURIComponent(written);
  } catch {
    return '';
  }
}

let shown = null;

function open() {
  const { target, noId } = opened();
  const id = target.fare ?? target.execution;
  byId('no-id').hidden = noId === undefined;
  const most = LONGEST[noId];
  const rule = noId === 'fare' ? `an id is 1 to ${most} letters, digits, _ and -` : `a name has 1 to ${most} characters`;
  say(byId('no-id'), noId ? `The address names no ${noId}: ${rule}, and is not what may be the number of a card.` : '');
  if (JSON.stringify(target) === shown) {
    return;
  }
  shown = JSON.stringify(target);
  byId('nothing').hidden = id !== undefined;
  byId('fare').hidden = id === undefined;
  title(target.fare ? 'Fare' : 'Execution', id);
  say(byId('fare-status'), '');
  follow(target);
  if (id !== undefined) {
    show(byId('fare-title'));
  }
}

function title(kind, id) {
  say(byId('fare-title'), id === undefined ? '' : `${kind} ${id}`);
  document.title = id === undefined ? 'Fare console' : `${id} – fare console`;
}

/** Where what was opened begins, also where it is far below what opened it. */
function show(head) {
  head.focus({ preventScroll: true });
  const { top } = head.getBoundingClientRect();
  if (top < 0 || top > window.innerHeight / 3) {
    head.scrollIntoView({ block: 'start' });
  }
}

/** Opens a fare, as its link does. */
export function openFare(id) {
  location.hash = `#/fare/${id}`;
}

on('line', (line) => {
  say(byId('line'), LINES[line]);
  byId('line').dataset.line = line;
});
on('engine', (state) => {
  const engine = state.get('engine');
  const silent = engine !== undefined && !engine.answers;
  byId('alarm').hidden = !silent;
  say(byId('alarm'), silent ? `The engine cannot be asked; trying again. What is shown may be old. (${engine.sentence})` : '');
});
on('fare', (state) => {
  const fare = state.get('fare');
  const problem = state.get('problem');
  const unknown = fare !== undefined && !fare.found;
  // An execution's name need not be that of its fare.
  if (fare !== undefined) {
    title('Fare', fare.id);
  }
  byId('fare-problem').hidden = !problem && !unknown;
  say(byId('fare-problem'), problem ?? (unknown ? 'Nothing is known of this fare yet: no execution, no table knows it.' : ''));
});

byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});

takeToken();
showBooks();
find();
watch();
records();
timeline();
editor(openFare);
window.addEventListener('hashchange', () => {
  // The address of another start, pasted where the page is open already: everything is asked anew.
  if (takeToken()) {
    location.reload();
  } else {
    open();
  }
});
open();
get('/api/about')
  .then((about) => {
    say(byId('stack'), `${about.stack} on ${about.engine}`);
    stories(about, openFare);
    interfere(about.interfere);
  })
  .catch((error) => say(byId('stack'), error.message));
