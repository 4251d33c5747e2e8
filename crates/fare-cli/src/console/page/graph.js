// The drawing of `fare graph`, lit up as an execution goes through it. The page changes classes and words of what the console
// has drawn.

import { drawing } from './ask.js';
import { byId, drawn, say } from './dom.js';
import { standing } from './words.js';

const drawings = new Map();
// How often something else was to be shown: a drawing may come when it is no longer wanted.
let turn = 0;

/** Shows a machine with the states that an execution entered; `choose` is called with the state that somebody chooses. */
export async function showGraph(run, chosen, choose) {
  const host = byId('drawing');
  turn += 1;
  const mine = turn;
  try {
    const graph = await graphOf(run.machine, choose);
    if (mine !== turn) {
      return;
    }
    if (host.firstChild !== graph.root) {
      host.replaceChildren(graph.root);
    }
    light(graph, run, chosen);
    seek(host, graph, run);
  } catch (error) {
    if (mine === turn) {
      host.replaceChildren(error.message);
    }
  }
}

/** Shows none. */
export function hideGraph() {
  turn += 1;
  byId('drawing').replaceChildren();
}

function graphOf(machine, choose) {
  if (!drawings.has(machine)) {
    const made = drawing(`/api/graph/${machine}`).then((root) => readied(root, choose));
    made.catch(() => drawings.delete(machine));
    drawings.set(machine, made);
  }
  return drawings.get(machine);
}

function readied(root, choose) {
  const states = new Map();
  for (const node of root.querySelectorAll('.state')) {
    const { name, state, left, right, top } = node.dataset;
    const order = badge(Number(left) + 2, Number(top));
    const tries = badge(Number(right) - 2, Number(top));
    node.append(order.node, tries.node);
    states.set(name, { node, number: state, kind: node.querySelector('.kind'), order, tries });
    node.addEventListener('click', () => choose(name));
    node.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose(name);
      }
    });
  }
  const ways = [...root.querySelectorAll('[data-ways]')].map((node) => ({ node, ways: node.dataset.ways.split(' ') }));
  return { root, states, ways, strokes: root.querySelector('.strokes') };
}

function badge(x, y) {
  const text = drawn('text', { class: 'number', x, y: y + 4 });
  const node = drawn('g', { class: 'mark' }, drawn('rect', { class: 'badge', height: 18, y: y - 9, rx: 9 }), text);
  return {
    node,
    set(words) {
      const width = Math.max(18, 8 * words.length + 10);
      node.firstChild.setAttribute('width', width);
      node.firstChild.setAttribute('x', x - width / 2);
      node.classList.toggle('filled', words !== '');
      say(text, words);
    },
  };
}

function light({ states, ways, strokes }, { steps }, chosen) {
  for (const [name, state] of states) {
    const visits = steps.map((step, place) => ({ step, place })).filter(({ step }) => step.state === name);
    const last = visits.at(-1)?.step;
    const kind = state.node.dataset.kind;
    const words = last === undefined ? kind : standing(last.stands);
    const tries = Math.max(0, ...visits.map(({ step }) => step.tries));
    const order = visits.map(({ place }) => place + 1).join(', ');
    const again = tries > 1 ? `×${tries}` : '';
    state.node.dataset.stands = last?.stands ?? '';
    // What is to be read there, and then what it is.
    const read = [name, words, order, again].filter((word) => word !== '').join(' ');
    state.node.setAttribute('aria-label', last === undefined ? `${read}, not entered` : `${read}, ${kind}`);
    state.node.setAttribute('aria-pressed', name === chosen);
    say(state.kind, words);
    state.order.set(order);
    state.tries.set(again);
  }
  const taken = waysTaken(states, steps, ways);
  for (const { node, ways: those } of ways) {
    const lit = those.some((way) => taken.has(way));
    const was = node.classList.toggle('lit', lit);
    [...node.children].forEach((part) => part.classList.toggle('taken', was));
    if (lit && node.parentNode === strokes) {
      // What was taken lies on top.
      strokes.append(node);
    }
  }
}

let sought = '';

/** Brings the state that was entered last into the frame's sight, unless somebody is at work there. The page stays. */
function seek(host, { states }, { arn, steps }) {
  const node = states.get(steps.at(-1)?.state)?.node;
  const place = `${arn} ${steps.length}`;
  if (node === undefined || place === sought || host.contains(document.activeElement)) {
    return;
  }
  sought = place;
  const [frame, box] = [host, node].map((part) => part.getBoundingClientRect());
  const middle = (from, size) => box[from] + box[size] / 2 - frame[from] - frame[size] / 2;
  host.scrollBy({ left: middle('left', 'width'), top: middle('top', 'height') });
}

/** The ways between the states that were entered, as the drawing names them. */
function waysTaken(states, steps, ways) {
  const known = new Set(ways.flatMap(({ ways: those }) => those));
  const taken = new Set();
  const from = [String(states.size), ...steps.map((step) => states.get(step.state)?.number)];
  steps.forEach((step, place) => {
    const caught = place > 0 && steps[place - 1].caught !== null;
    const way = (kind) => `${from[place]}-${from[place + 1]}-${kind}`;
    const likely = way(caught ? 'caught' : 'way');
    taken.add(known.has(likely) ? likely : way(caught ? 'way' : 'caught'));
  });
  return taken;
}
