// What the closing line says: stories started by their button, those that ended as they should, and what axe found.

export const tally = { scenarios: 0, passed: 0, axe: 0 };
