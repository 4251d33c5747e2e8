// Who is let in, and what a page may do.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';

import { ask, collection, stepFunctions } from './asked.mjs';
import { reads, withPage } from './browser.mjs';
import { origin } from './environment.mjs';

test('nobody without the token of this start is told or does anything', async () => {
  const without = { 'x-fare-console-token': 'f'.repeat(48) };
  for (const path of ['/api/about', '/api/events', '/api/graph/collection']) {
    assert.equal((await ask(path, { headers: without })).status, 403, path);
  }
  for (const path of ['/api/start', '/api/stories/collected', '/api/interfere/kill', '/api/interfere/stop']) {
    assert.equal((await ask(path, { method: 'POST', body: {}, headers: without })).status, 403, path);
  }
});

test('a page of another origin does nothing, though it has the token', async () => {
  for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    const answer = await ask('/api/interfere/kill', { method: 'POST', body: {}, headers });
    assert.equal(answer.status, 403, JSON.stringify(headers));
  }
  assert.equal(await statusAskedAs('evil.example'), 403);
});

/** A name that somebody has made lead to this machine. */
function statusAskedAs(host) {
  return new Promise((resolve, reject) => {
    const asked = request(origin, { headers: { host } }, (answer) => resolve(answer.resume().statusCode));
    asked.on('error', reject).end();
  });
}

test('the page may load nothing, run nothing and be framed by nobody but itself', async () => {
  const answer = await fetch(origin);
  const policy = answer.headers.get('content-security-policy');
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('a page without the token says which address to open', () =>
  withPage({ url: `${origin}/`, complains: true }, async (page) => {
    await reads(page, '#stack', 'open the address that `fare console` printed');
    await reads(page, '#line', 'open the address that `fare console` printed');
    assert.equal(await page.locator('.story').count(), 0);
  }));

test('markup in an input is text on the page', () =>
  withPage({}, async (page) => {
    const name = `markup_${Date.now().toString(36)}`;
    const input = { fareId: '<img src=x onerror=alert(1)>', '<script>alert(2)</script>': '</pre><b>bold</b>' };
    await stepFunctions('StartExecution', { stateMachineArn: await collection(), name, input: JSON.stringify(input) });
    await page.evaluate((id) => { location.hash = `#/execution/${id}`; }, name);
    await reads(page, '#fare-status', 'collection: failed');
    await page.click('.state[data-name="BeginSaga"]');
    await reads(page, '#detail', '<img src=x onerror=alert(1)>');
    assert.equal(await page.locator('img, #detail b, #detail script').count(), 0);
  }));

test('a fare that nobody knows is said to be unknown', () =>
  withPage({}, async (page) => {
    await page.evaluate(() => { location.hash = '#/fare/nobody_knows_it'; });
    await reads(page, '#fare-problem', 'Nothing is known of this fare yet');
  }));
