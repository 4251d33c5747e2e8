// What is on record about the fare, book by book; each line with the state that made it so.

import { byId, element } from './dom.js';
import { on } from './live.js';
import { clock } from './words.js';

const ORDER = ['fare', 'payment', 'gateway', 'ledger', 'queues', 'balance'];
const SHAPES = { balances: '✓', 'does not balance': '✕', 'under way': '▶', 'not known': '?' };

let fare = null;
// What each line said, and whether any was shown: what is there when the fare is opened is not new.
let seen = new Map();
let first = true;

/** Readies the panel. */
export function records() {
  on('fare', (state, changed) => {
    if (state.get('fare')?.id !== fare) {
      fare = state.get('fare')?.id;
      seen = new Map();
      first = true;
      byId('records').replaceChildren();
    }
    const those = ORDER.filter((name) => changed.has(`record:${name}`));
    those.forEach((name) => show(name, state.get(`record:${name}`)));
    first &&= those.length === 0;
  });
}

function show(name, record) {
  const host = byId('records');
  const old = host.querySelector(`[data-record="${name}"]`);
  if (record === undefined) {
    old?.remove();
    return;
  }
  const made = section(name, record);
  if (old) {
    old.replaceWith(made);
  } else {
    const behind = ORDER.slice(ORDER.indexOf(name) + 1).map((other) => host.querySelector(`[data-record="${other}"]`));
    host.insertBefore(made, behind.find((node) => node !== null) ?? null);
  }
}

function section(name, record) {
  const title = `record-${name}`;
  const verdict = record.word && element('p', { class: 'verdict', 'data-balance': record.word }, `${SHAPES[record.word]} ${record.word}`);
  const lines = record.lines.map((line, place) => {
    // A label may stand more than once, as that of several notices does.
    const number = record.lines.slice(0, place).filter(({ label }) => label === line.label).length;
    return entry(`${name} ${line.label} ${number}`, line);
  });
  const messages = (record.messages ?? []).map(message);
  const counts = (record.counts ?? []).map(({ queue, count }) => element('p', { class: 'note' }, `${queue}: ${count} messages`));
  const nothing = lines.length + messages.length + counts.length === 0 && element('p', { class: 'note' }, 'nothing yet');
  return element(
    'section',
    { 'data-record': name, 'aria-labelledby': title },
    element('h4', { id: title }, record.title),
    verdict || null,
    lines.length === 0 ? null : element('dl', {}, ...lines),
    ...messages,
    ...counts,
    nothing || null,
  );
}

function entry(key, { label, value, at, by }) {
  const words = at === undefined ? value : clock(at);
  // Only what changes while somebody looks is new.
  const isNew = !first && seen.get(key) !== words;
  seen.set(key, words);
  const made = by === null || by === undefined ? null : element('span', { class: 'by' }, `by ${by}`);
  return element('div', { class: isNew ? 'new' : null }, element('dt', {}, label), element('dd', {}, element('span', { class: 'value' }, words), made));
}

function message({ queue, id, there, body }) {
  const where = there ? `in the queue ${queue}` : `was in the queue ${queue}, and has been taken out`;
  return element(
    'details',
    { open: true, class: 'message', 'data-queue': queue, 'data-message': id },
    element('summary', {}, where),
    element('pre', {}, typeof body === 'string' ? body : JSON.stringify(body, null, 2)),
  );
}
