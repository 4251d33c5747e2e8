// How things stand, each by a shape and a word; never by a colour alone.

const STANDS = {
  running: ['▶', 'running'],
  retrying: ['↻', 'retrying'],
  done: ['✓', 'done'],
  caught: ['!', 'caught an error'],
  failed: ['✕', 'failed'],
  stopped: ['■', 'stopped'],
  undone: ['↶', 'undone'],
};

const FARES = {
  attention: ['‼', 'needs attention'],
  undecided: ['?', 'undecided'],
  unreadable: ['?', 'cannot be read'],
  running: ['▶', 'running'],
  undoing: ['↶', 'being undone'],
  completed: ['✓', 'completed'],
  succeeded: ['✓', 'succeeded'],
  failed: ['✕', 'failed'],
  stopped: ['■', 'stopped'],
};

/** Every status that a fare of the list may have, those that want somebody first. */
export const STATUSES = Object.keys(FARES);

/** How a state stands, with its shape. */
export function standing(word) {
  const [shape, words] = STANDS[word] ?? ['', word];
  return `${shape} ${words}`.trim();
}

/** A status of the list, with its shape. */
export function status(word) {
  const [shape, words] = FARES[word] ?? ['', word];
  return `${shape} ${words}`.trim();
}

/** How a row of the list stands, of its execution, its fare and whether somebody has to look at it. */
export function rowStatus({ execution, fare, attention }) {
  if (attention) return 'attention';
  if (fare === 'completed') return 'completed';
  // Of an older fare no execution is listed, and none is at work on it.
  const atWork = execution === 'RUNNING' || execution === 'PENDING_REDRIVE';
  if (fare === 'failed') return atWork ? 'undoing' : 'failed';
  if (fare === 'undecided') return atWork ? 'running' : 'undecided';
  if (!execution) return 'unreadable';
  if (atWork) return 'running';
  if (execution === 'SUCCEEDED') return 'succeeded';
  return execution === 'FAILED' ? 'failed' : 'stopped';
}

/** Whether a status is to stand on top of the list. */
export const wantsSomebody = (word) => word === 'attention' || word === 'undecided' || word === 'unreadable';

/** An execution's own status, with its error where it failed. */
export function executionStatus({ status: word, error }) {
  const words = word.toLowerCase().replaceAll('_', ' ');
  return error && error !== 'FareProcessingFailed' ? `${words}: ${error}` : words;
}

/** `12:34:56.789`, in the reader's own time zone. */
export function clock(at) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/** `27 Nov 12:34:56`, for a list. */
export function day(at) {
  const date = new Date(at);
  const today = new Date().toDateString() === date.toDateString();
  const name = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const time = clock(at).slice(0, 8);
  return today ? time : `${name} ${time}`;
}

/** `116 ms` or `2.9 s`. */
export const span = (millis) => (millis < 1000 ? `${millis} ms` : `${(millis / 1000).toFixed(1)} s`);
