// How the page says that things stand.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { LIMITED, root } from './environment.mjs';

const source = readFileSync(join(root, 'crates/fare-cli/src/console/page/words.js'), 'utf8');
const { STATUSES, rowStatus, status, wantsSomebody } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const stands = (execution, fare, attention = false) => status(rowStatus({ execution, fare, attention }));

test('a fare is being undone only while an execution is at work on it', LIMITED, () => {
  assert.equal(stands('RUNNING', 'failed'), '↶ being undone');
  assert.equal(stands('PENDING_REDRIVE', 'failed'), '↶ being undone');
  for (const execution of ['FAILED', 'ABORTED', 'TIMED_OUT', 'SUCCEEDED', null]) {
    assert.equal(stands(execution, 'failed'), '✕ failed', String(execution));
  }
});

test('an undecided fare wants somebody unless an execution is at work on it', LIMITED, () => {
  assert.equal(stands('RUNNING', 'undecided'), '▶ running');
  for (const execution of ['FAILED', 'ABORTED', 'TIMED_OUT', null]) {
    assert.equal(stands(execution, 'undecided'), '? undecided', String(execution));
    assert.ok(wantsSomebody(rowStatus({ execution, fare: 'undecided' })));
  }
});

test('a fare that cannot be read and has no execution is not said to run', LIMITED, () => {
  assert.equal(stands(null, null), '? cannot be read');
  assert.ok(wantsSomebody(rowStatus({ execution: null, fare: null })));
});

test('an execution without a fare stands as it does itself', LIMITED, () => {
  for (const [execution, said] of [
    ['RUNNING', '▶ running'],
    ['SUCCEEDED', '✓ succeeded'],
    ['FAILED', '✕ failed'],
    ['ABORTED', '■ stopped'],
    ['TIMED_OUT', '■ stopped'],
  ]) {
    assert.equal(stands(execution, null), said);
  }
});

test('a completed fare is completed whatever became of an execution, and attention goes before all', LIMITED, () => {
  for (const execution of ['RUNNING', 'FAILED', null]) {
    assert.equal(stands(execution, 'completed'), '✓ completed');
    assert.equal(stands(execution, 'completed', true), '‼ needs attention');
  }
});

test('whatever a row may be has a shape, a word, and its place in the filter', LIMITED, () => {
  for (const execution of ['RUNNING', 'PENDING_REDRIVE', 'SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT', null]) {
    for (const fare of ['completed', 'failed', 'undecided', null]) {
      assert.ok(STATUSES.includes(rowStatus({ execution, fare })), `${execution}, ${fare}`);
      assert.match(stands(execution, fare), /^\S [a-z ]+$/u);
    }
  }
});
