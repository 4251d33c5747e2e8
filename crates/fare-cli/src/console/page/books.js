// Whether the books still balance, over everything there is.

import { byId, element, say } from './dom.js';
import { on } from './live.js';
import { clock } from './words.js';

/** Keeps the counter in the page's head. */
export function showBooks() {
  on('books', (state) => {
    const books = state.get('books');
    const counter = byId('books');
    counter.hidden = books === undefined;
    if (books === undefined) {
      return;
    }
    counter.dataset.balance = books.balance && !isWhole(books) ? 'unknown' : (books.balance ?? 'unknown');
    counter.dataset.checks = books.checks;
    counter.title = `Looked at ${clock(books.checkedAt)}`;
    say(counter, words(books));
    const found = (books.found ?? []).map(disagreement);
    byId('disagreements').hidden = found.length === 0;
    byId('disagreements').replaceChildren(...found.map((words) => element('li', {}, words)));
  });
}

const disagreement = ({ about, kind, detail }) => `${about}: ${kind}: ${detail}`;

/** Whether everything was compared: nobody can say of the rest yet. */
const isWhole = ({ undecided, unsettled }) => undecided === 0 && unsettled === 0;

function words(books) {
  const { unknown, balance, disagreements, fares, undecided, unsettled } = books;
  if (unknown !== undefined) {
    return `? the books cannot be read: ${unknown}`;
  }
  const all = fares === 1 ? '1 fare' : `${fares} fares`;
  if (!balance) {
    return `✕ the books do not balance: ${disagreements === 1 ? '1 disagreement' : `${disagreements} disagreements`}, ${all}`;
  }
  if (isWhole(books)) {
    return `✓ the books balance: ${all}`;
  }
  const open = [[undecided, 'undecided for long'], [unsettled, 'accounts not compared']].filter(([count]) => count > 0);
  return `? the books balance as far as can be said: ${all}, ${open.map((some) => some.join(' ')).join(', ')}`;
}
