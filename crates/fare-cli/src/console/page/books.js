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
    counter.dataset.balance = books.unknown === undefined ? books.balance : 'unknown';
    counter.dataset.checks = books.checks;
    counter.title = `Looked at ${clock(books.checkedAt)}`;
    say(counter, words(books));
    const found = (books.found ?? []).map(disagreement);
    byId('disagreements').hidden = found.length === 0;
    byId('disagreements').replaceChildren(...found.map((words) => element('li', {}, words)));
  });
}

const disagreement = ({ about, kind, detail }) => `${about}: ${kind}: ${detail}`;

function words({ unknown, balance, disagreements, fares, undecided }) {
  if (unknown !== undefined) {
    return `? the books cannot be read: ${unknown}`;
  }
  const all = fares === 1 ? '1 fare' : `${fares} fares`;
  const underWay = undecided > 0 ? `, ${undecided} under way` : '';
  const ways = disagreements === 1 ? '1 disagreement' : `${disagreements} disagreements`;
  return balance ? `✓ the books balance: ${all}${underWay}` : `✕ the books do not balance: ${ways}, ${all}${underWay}`;
}
