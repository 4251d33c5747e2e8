// Breaking things on purpose, where that is allowed: on an engine of this machine.

import { post } from './ask.js';
import { byId, element, say } from './dom.js';
import { on } from './live.js';
import { shownRun } from './watch.js';

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
  byId('stop').addEventListener('click', () => act('stop', { execution: shownRun()?.arn }));
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
  on('fare', () => {
    byId('stop').disabled = shownRun()?.status !== 'RUNNING';
  });
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
