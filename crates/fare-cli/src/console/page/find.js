// The list of executions and fares: those that want somebody on top, then the newest.

import { byId, element, say } from './dom.js';
import { LONGEST, on } from './live.js';
import { STATUSES, day, rowStatus, status, wantsSomebody } from './words.js';

const rows = new Map();
let about = {};
let waiting = false;

const BATCH = 150;

/** Readies the list. */
export function find() {
  const words = STATUSES.map((word) => element('option', { value: word }, status(word)));
  byId('by-status').replaceChildren(element('option', { value: '' }, 'any'), ...words);
  byId('filter').addEventListener('input', filter);
  byId('filter').addEventListener('submit', (event) => {
    event.preventDefault();
    open(byId('by-id').value.trim());
  });
  on('list', (state, changed) => {
    about = state.get('*') ?? {};
    byId('list-problem').hidden = !about.problem;
    say(byId('list-problem'), about.problem ? `! ${about.problem}` : '');
    changed.forEach((id) => id !== '*' && update(id, state.get(id)));
    drawSoon();
  });
}

/** Whoever knows an id need not wait for it to be listed. The page says where it is none. */
function open(id) {
  if (id !== '') {
    location.hash = address(rows.get(id) ?? { id });
  }
}

/** An execution without a fare of its name is opened as what it is, and so is a name that no fare can have. */
function address({ id, fare, execution }) {
  const isExecution = (fare === null && execution !== null) || id.length > LONGEST.fare;
  return `#/${isExecution ? 'execution' : 'fare'}/${encodeURIComponent(id)}`;
}

function update(key, row) {
  if (row === undefined) {
    rows.get(key)?.node?.remove();
    rows.delete(key);
    return;
  }
  const known = rows.get(key) ?? { node: null };
  // A name that may not be shown leads nowhere, and a time that is none is older than all others.
  const times = { at: isTime(row.at) ? row.at : 0, leads: key === row.id };
  rows.set(key, Object.assign(known, { ...row, ...times, word: rowStatus(row), stale: true }));
}

const isTime = (at) => Number.isFinite(new Date(at).getTime());

/** The row's cells, as it stands. */
function write(row) {
  row.node ??= element('tr', {}, element('td', {}, element('a', {}, row.id), element('small')), element('td'), element('td'));
  const [name, how, when] = row.node.children;
  const [link, amount] = name.children;
  if (row.leads) {
    link.setAttribute('href', address(row));
  }
  say(amount, row.amount ?? '');
  row.node.dataset.status = row.word;
  say(how, status(row.word));
  say(when, row.at ? day(row.at) : '');
  row.stale = false;
}

/** However many rows there are, a frame writes no more than so many of them. */
function draw() {
  waiting = false;
  const sorted = [...rows.values()].sort(
    (one, other) => wantsSomebody(other.word) - wantsSomebody(one.word) || other.at - one.at || (one.id < other.id ? -1 : 1),
  );
  const stale = sorted.filter((row) => row.stale);
  stale.slice(0, BATCH).forEach(write);
  place(sorted.map(({ node }) => node).filter((node) => node !== null));
  filter();
  if (stale.length > BATCH) {
    drawSoon();
  }
}

function drawSoon() {
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(draw);
  }
}

/** Moves only what is not where it belongs, so that nothing that has the focus is taken out. */
function place(nodes) {
  const body = byId('fares').tBodies[0];
  let here = body.firstElementChild;
  for (const node of nodes) {
    if (node === here) {
      here = here.nextElementSibling;
    } else {
      body.insertBefore(node, here);
    }
  }
}

function filter() {
  const id = byId('by-id').value.trim().toLowerCase();
  const word = byId('by-status').value;
  const age = Number(byId('by-age').value) * 1000;
  const now = Date.now();
  const fits = (row) => row.id.toLowerCase().includes(id) && (word === '' || row.word === word)
    && (age === 0 || (age < 0 ? now - row.at <= -age : now - row.at >= age));
  let found = 0;
  for (const row of rows.values()) {
    const fitting = fits(row);
    found += fitting ? 1 : 0;
    if (row.node !== null && row.node.hidden === fitting) {
      row.node.hidden = !fitting;
    }
  }
  const more = about.more ? ', and there are older ones' : '';
  const attention = about.attention ? `. ${about.attention} need attention: see \`fare attention list\`` : '';
  say(byId('found'), `${found} of ${rows.size} listed${more}${attention}`);
}
