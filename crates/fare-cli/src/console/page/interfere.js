// Breaking things on purpose, where that is allowed: on an engine of this machine.

import { post } from './ask.js';
import { byId, element, say } from './dom.js';
import { on } from './live.js';
import { onShown } from './watch.js';

// What the button Stop names, and nothing else, is what it stops.
let named = null;

/** Shows what is possible here. */
export function interfere(possible) {
  byId('interfere').hidden = !possible.allowed;
  if (!possible.allowed) {
    return;
  }
  byId('fault').replaceChildren(...possible.faults.map(({ fault, words }) => element('option', { value: fault }, words)));
  const operations = possible.operations.map((operation) => element('option', { value: operation }, operation));
  byId('operation').replaceChildren(element('option', { value: '' }, 'do anything'), ...operations);
  const functions = possible.functions.map((name) => element('option', { value: name }, name.replace(/Function$/, '')));
  byId('function').replaceChildren(...functions, element('option', { value: '' }, 'all of them'));
  byId('misbehave').hidden = !possible.misbehave;
  byId('kill').disabled = !possible.kill;
  byId('kill').title = possible.kill ? '' : 'only in the console of the `fare local` that started the engine';
  byId('stop').addEventListener('click', () => act('stop', { execution: named.arn }));
  onShown(nameStop);
  byId('killing').addEventListener('submit', (event) => {
    event.preventDefault();
    act('kill', { function: byId('function').value });
  });
  byId('behave').addEventListener('click', () => act('behave'));
  byId('misbehave').addEventListener('submit', (event) => {
    event.preventDefault();
    const [fault, operation, times] = ['fault', 'operation', 'times'].map((id) => byId(id).value);
    act('misbehave', { fault, operation, times: Number(times) });
  });
  on('list', (state) => queued(state.get('*')?.faults ?? []));
}

/** Lets the button name the execution that is shown: the one that is shown by itself may change under the hand. */
function nameStop(run) {
  named = run ?? null;
  const button = byId('stop');
  const kind = run?.machine === 'recovery' ? 'recovery ' : '';
  button.disabled = run?.status !== 'RUNNING';
  say(button, named === null ? 'Stop the execution' : `Stop ${kind}${named.name}`);
}

/** What the gateway is still to do wrong, whoever asked it to. */
function queued(faults) {
  const words = faults.map(({ fault, operation, times }) => {
    const at = operation ? `, at ${operation}` : '';
    return `${times} queued: ${fault.replaceAll('_', ' ')}${at}`;
  });
  byId('queued').hidden = words.length === 0;
  say(byId('queued'), words.join('; '));
}

async function act(what, body) {
  say(byId('interfered'), '…');
  try {
    const { said } = await post(`/api/interfere/${what}`, body);
    say(byId('interfered'), `✓ ${said}`);
  } catch (error) {
    say(byId('interfered'), `✕ ${error.message}`);
  }
}
