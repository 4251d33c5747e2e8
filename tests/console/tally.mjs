// What the closing line says: stories started by their button, those that ended as they should, and what axe found; and how often
// axe has looked, without which it found nothing because it never did.

export const tally = { scenarios: 0, passed: 0, axe: 0, checks: 0 };
