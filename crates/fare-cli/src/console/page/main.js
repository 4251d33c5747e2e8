// The page: what is open, and the line to the console.

import { get, token } from './ask.js';
import { byId, say } from './dom.js';
import { on, follow } from './live.js';
import { showBooks } from './books.js';
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

/** What the address says is open: `#/fare/ID`, or `#/execution/NAME`. */
function opened() {
  const [, kind, id] = location.hash.match(/^#\/(fare|execution)\/([A-Za-z0-9_-]{1,80})$/) ?? [];
  return kind ? { [kind]: id } : {};
}

let shown = null;

function open() {
  const target = opened();
  const id = target.fare ?? target.execution;
  if (JSON.stringify(target) === shown) {
    return;
  }
  shown = JSON.stringify(target);
  byId('nothing').hidden = id !== undefined;
  byId('fare').hidden = id === undefined;
  say(byId('fare-title'), id === undefined ? '' : `Fare ${id}`);
  document.title = id === undefined ? 'Fare console' : `${id} – fare console`;
  say(byId('fare-status'), '');
  follow(target);
  if (id !== undefined) {
    show(byId('fare-title'));
  }
}

/** Where what was opened begins, also where it is far below what opened it. */
function show(title) {
  title.focus({ preventScroll: true });
  const { top } = title.getBoundingClientRect();
  if (top < 0 || top > window.innerHeight / 3) {
    title.scrollIntoView({ block: 'start' });
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
  say(byId('alarm'), silent ? `The engine does not answer; trying again. What is shown may be old. (${engine.sentence})` : '');
});
on('fare', (state) => {
  const fare = state.get('fare');
  const problem = state.get('problem');
  const unknown = fare !== undefined && !fare.found;
  byId('fare-problem').hidden = !problem && !unknown;
  say(byId('fare-problem'), problem ?? (unknown ? 'Nothing is known of this fare yet: no execution, no table knows it.' : ''));
});

byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});

token();
showBooks();
find();
watch();
records();
timeline();
editor(openFare);
window.addEventListener('hashchange', open);
open();
get('/api/about')
  .then((about) => {
    say(byId('stack'), `${about.stack} on ${about.engine}`);
    stories(about, openFare);
    interfere(about.interfere);
  })
  .catch((error) => say(byId('stack'), error.message));
