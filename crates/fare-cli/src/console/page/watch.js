// The fare's executions: which one is shown, its drawing, and the path it took in words.

import { byId, element, say } from './dom.js';
import { showDetail } from './detail.js';
import { hideGraph, showGraph } from './graph.js';
import { following, on } from './live.js';
import { clock, executionStatus, span, standing } from './words.js';

let runs = [];
let picked = null;
let chosen = null;
let fare = null;
let target = null;
const watchers = [];

/** Readies the panel. */
export function watch() {
  byId('whole').addEventListener('click', () => {
    const whole = byId('drawing').classList.toggle('whole');
    byId('whole').setAttribute('aria-pressed', whole);
  });
  byId('detail').addEventListener('keydown', (event) => event.key === 'Escape' && close());
  on('fare', (state) => {
    fare = state.get('fare')?.id;
    // Whoever looks at the same fare keeps what they chose, also when the console is lost and found again.
    if (following() !== target) {
      [target, picked, chosen] = [following(), null, null];
    }
    runs = [...state.keys()].filter((part) => part.startsWith('run:')).sort().map((part) => state.get(part));
    show();
  });
}

/** Calls back with the execution that is shown, now and whenever anything about it changes; undefined where none is. */
export function onShown(watcher) {
  watchers.push(watcher);
  watcher(shownRun());
}

function shownRun() {
  return runs.find((run) => run.arn === picked) ?? named() ?? likely();
}

/** The one that the address names, where that is not the fare's own. */
function named() {
  const name = target?.execution;
  return name === undefined || name === fare ? undefined : runs.find((run) => run.machine === 'collection' && run.name === name);
}

// An ordinary failure starts a recovery too, which finds nothing to do.
/** The one of the fare's name, or the recovery of one that did not end by itself. */
function likely() {
  const own = runs.find((run) => run.name === fare) ?? runs.findLast((run) => run.machine === 'collection');
  const cleanly = ['RUNNING', 'SUCCEEDED'].includes(own?.status) || own?.error === 'FareProcessingFailed';
  const recovery = runs.findLast((run) => run.machine === 'recovery');
  return cleanly ? own : recovery ?? own;
}

function show() {
  const run = shownRun();
  watchers.forEach((watcher) => watcher(run));
  tabs(run);
  if (run === undefined) {
    say(byId('fare-status'), '');
    hideGraph();
    byId('path').replaceChildren();
    showDetail({ steps: [] }, null);
    return;
  }
  say(byId('fare-status'), `${run.machine}: ${executionStatus(run)}`);
  byId('fare-status').dataset.status = run.status;
  showGraph(run, chosen, choose);
  showDetail(run, chosen, close);
  path(run);
}

/** Closes what a state did; whoever read it goes on where they opened it. */
function close() {
  const closed = chosen;
  choose(null);
  [...byId('path').querySelectorAll('button')].find((button) => button.dataset.state === closed)?.focus();
}

function choose(name) {
  chosen = chosen === name ? null : name;
  show();
}

function tabs(shown) {
  const buttons = runs.map((run) => {
    const pick = () => {
      picked = run.arn;
      chosen = null;
      show();
      byId('runs').querySelector('[aria-pressed="true"]')?.focus();
    };
    const words = `${run.machine}: ${run.name}, ${executionStatus(run)}`;
    return element('button', { type: 'button', 'data-arn': run.arn, 'aria-pressed': run === shown, onclick: pick }, words);
  });
  const before = [...byId('runs').children].map((node) => node.textContent + node.getAttribute('aria-pressed')).join('\n');
  const after = buttons.map((node) => node.textContent + node.getAttribute('aria-pressed')).join('\n');
  if (before !== after) {
    byId('runs').replaceChildren(...buttons);
  }
}

/** Step by step in place, so that whoever reads or has the focus there keeps it. */
function path(run) {
  const list = byId('path');
  list.querySelector('.end')?.remove();
  while (list.children.length > run.steps.length) {
    list.lastChild.remove();
  }
  run.steps.forEach((step, place) => {
    if (place >= list.children.length) {
      list.append(element('li', {}, element('button', { type: 'button' })));
    }
    const button = list.children[place].firstChild;
    button.onclick = () => choose(step.state);
    button.dataset.state = step.state;
    button.dataset.stands = step.stands;
    button.setAttribute('aria-pressed', step.state === chosen);
    const tries = step.tries > 1 ? `, ${step.tries} attempts` : '';
    const caught = step.caught === null ? '' : `: ${step.caught}`;
    const took = step.leftAt === null ? '' : ` (${span(step.leftAt - step.enteredAt)})`;
    say(button, `${step.state} – ${standing(step.stands)}${caught}${tries}${took}`);
    button.title = `entered ${clock(step.enteredAt)}`;
  });
  const end = { ABORTED: '■ the execution was stopped', TIMED_OUT: '■ the execution timed out' }[run.status];
  if (end) {
    list.append(element('li', { class: 'end' }, end));
  }
}
