// Making and finding elements. Every text becomes a text node: nothing that anybody wrote is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** The element of this id, which the page has. */
export const byId = (id) => document.getElementById(id);

/** An element with these attributes and children; texts are children too, and null is none. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same within a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
      continue;
    }
    const words = written(name, value);
    if (words !== null) {
      node.setAttribute(name, words);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** What an attribute is set to; null where it is left out. */
function written(name, value) {
  // What is so or not has its attribute or has none, but to a screen reader "false" is not the same as nothing.
  if (typeof value === 'boolean' && !name.startsWith('aria-')) {
    return value ? '' : null;
  }
  return value ?? null;
}

/** Sets a text where it differs, so that a screen reader is not told the same again. */
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
