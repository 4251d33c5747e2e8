// One timeline of everything: executions, tables, ledger, gateway and queues.

import { byId, element, say } from './dom.js';
import { on } from './live.js';
import { clock } from './words.js';

/** Readies the panel. */
export function timeline() {
  on('fare', (state, changed) => {
    if (changed.has('timeline') || !state.has('timeline')) {
      show(state.get('timeline') ?? []);
    }
  });
}

/** Row by row in place: what stands already is not read out again. */
function show(entries) {
  const body = byId('timeline').tBodies[0];
  while (body.rows.length > entries.length) {
    body.lastChild.remove();
  }
  entries.forEach((entry, place) => {
    const row = body.rows[place] ?? body.appendChild(element('tr', {}, ...Array.from({ length: 5 }, () => element('td'))));
    const words = [clock(entry.at), entry.source, entry.what, entry.amount ?? '', entry.by ?? ''];
    words.forEach((word, column) => say(row.cells[column], word));
    row.dataset.source = entry.source;
    row.dataset.at = entry.at;
  });
}
