// Whether the books still balance, over everything there is.

import { byId, say } from './dom.js';
import { on } from './live.js';

/** Keeps the counter in the page's head. */
export function showBooks() {
  on('books', (state) => {
    const books = state.get('books');
    const counter = byId('books');
    counter.hidden = books === undefined;
    if (books === undefined) {
      return;
    }
    const fares = books.fares === 1 ? '1 fare' : `${books.fares} fares`;
    const words = books.balance ? `✓ the books balance: ${fares}` : `✕ the books do not balance: ${books.disagreements} of ${fares}`;
    counter.dataset.balance = books.balance;
    counter.dataset.checks = books.checks;
    counter.title = books.found.map(({ about, kind, detail }) => `${about}: ${kind}: ${detail}`).join('\n');
    say(counter, words);
  });
}
