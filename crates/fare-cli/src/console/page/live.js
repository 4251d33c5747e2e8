// What the console pushes: one stream of events, which keeps a copy of each state and tells the panels what changed.

import { token } from './ask.js';

const states = { engine: new Map(), list: new Map(), books: new Map(), fare: new Map() };
const listeners = { engine: [], list: [], books: [], fare: [], line: [] };
let source = null;
let followed = {};

/** How long the id of a fare and the name of an execution may be that are followed. */
export const LONGEST = { fare: 64, execution: 80 };

/** Calls back with a state, a map of named parts, and the names of those that changed. `line` is the stream itself. */
export function on(name, listener) {
  listeners[name].push(listener);
  // Who comes late is told how it stands.
  if (states[name]?.size > 0) {
    listener(states[name], new Set(states[name].keys()));
  }
}

/** Follows another fare, `{ fare }` or `{ execution }`, or none. */
export function follow(target) {
  followed = target;
  states.fare.clear();
  // What was open is not known any more: no panel shows it, and nobody can interfere with it.
  tell('fare', states.fare, new Set());
  open();
}

/** What is followed, as it was given. */
export const following = () => followed;

function open() {
  source?.close();
  source = null;
  // A browser opens few streams to one address: a page that nobody sees leaves its place to others.
  if (document.hidden) {
    return;
  }
  const query = new URLSearchParams({ ...followed, token: token() });
  source = new EventSource(`/api/events?${query}`);
  source.onopen = () => tell('line', 'live');
  // The browser tries again by itself, unless it was turned away.
  source.onerror = () => tell('line', source.readyState === EventSource.CLOSED ? 'refused' : 'lost');
  for (const name of Object.keys(states)) {
    source.addEventListener(name, (event) => apply(name, JSON.parse(event.data)));
  }
}

function apply(name, { whole, set, gone }) {
  const state = states[name];
  const left = whole ? [...state.keys()].filter((part) => !(part in set)) : gone;
  left.forEach((part) => state.delete(part));
  Object.entries(set).forEach(([part, value]) => state.set(part, value));
  tell(name, state, new Set([...Object.keys(set), ...left]));
}

function tell(name, ...what) {
  listeners[name].forEach((listener) => listener(...what));
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (source === null) {
    open();
  }
});
