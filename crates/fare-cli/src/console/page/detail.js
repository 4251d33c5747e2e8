// One state: what went in and came out, every attempt, and its times.

import { byId, element } from './dom.js';
import { clock, span, standing } from './words.js';

let shown = '';

/** Shows what a run did in a state, or nothing where none is chosen. */
export function showDetail(run, name, close) {
  const detail = byId('detail');
  const visits = name === null ? [] : run.steps.filter((step) => step.state === name);
  detail.hidden = name === null;
  // What has not changed stays, with what of it was opened and where the focus is.
  const all = JSON.stringify([name, visits]);
  if (all === shown) {
    return;
  }
  shown = all;
  if (name === null) {
    detail.replaceChildren();
    return;
  }
  const head = element('h4', { id: 'detail-title' }, name);
  const shut = element('button', { type: 'button', id: 'shut', onclick: close }, 'Close');
  const told = visits.length === 0 ? [element('p', { class: 'note' }, 'This execution has not entered it.')] : visits.map(visit);
  replace(detail, element('div', { class: 'head' }, head, shut), told);
}

/** Keeps the focus, where it is within. */
function replace(detail, head, told) {
  const focused = document.activeElement?.id === 'shut';
  detail.replaceChildren(head, ...told);
  if (focused) {
    byId('shut').focus();
  }
}

function visit(step) {
  const took = step.leftAt === null ? '' : `, took ${span(step.leftAt - step.enteredAt)}`;
  const times = `entered ${clock(step.enteredAt)}${took}`;
  return element(
    'div',
    { class: 'visit' },
    element('p', {}, element('strong', {}, standing(step.stands)), ` – ${times}`),
    step.caught === null ? null : element('p', {}, 'Caught: ', element('code', {}, step.caught)),
    attempts(step),
    document_('Input', step.input),
    document_('Asked', step.asked),
    document_('Output', step.output),
  );
}

function attempts({ attempts: all, stands }) {
  if (all.length === 0) {
    return null;
  }
  const items = all.map((attempt) => {
    const { at, endedAt, cause } = attempt;
    const took = endedAt === null ? '' : `, ${span(endedAt - at)}`;
    const why = cause === null || cause === undefined ? null : element('pre', {}, pretty(cause));
    return element('li', {}, `${clock(at)}${took}: ${outcome(attempt, stands)}`, why);
  });
  return element('div', {}, element('h5', {}, all.length === 1 ? 'One attempt' : `${all.length} attempts`), element('ol', {}, ...items));
}

/** How an attempt went. One that ended with its execution, which was stopped, has no error of its own, but that word. */
function outcome({ endedAt, error }, stands) {
  if (error === 'stopped' || (endedAt === null && stands === 'stopped')) {
    return standing('stopped');
  }
  if (error !== null) {
    return `! ${error}`;
  }
  return standing(endedAt === null ? 'running' : 'done');
}

function document_(title, value) {
  if (value === null || value === undefined || value === '') {
    return null;
  }
  const open = title !== 'Asked';
  return element('details', { open }, element('summary', {}, title), element('pre', {}, pretty(value)));
}

const pretty = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
