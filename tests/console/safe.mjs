// Who is let in, and what a page may do.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';

import { ask, collection, stepFunctions } from './asked.mjs';
import { reads, withPage } from './browser.mjs';
import { LIMITED, address, origin } from './environment.mjs';

test('nobody without the token of this start is told or does anything', LIMITED, async () => {
  const without = { 'x-fare-console-token': 'f'.repeat(48) };
  for (const path of ['/api/about', '/api/events', '/api/graph/collection']) {
    assert.equal((await ask(path, { headers: without })).status, 403, path);
  }
  for (const path of ['/api/start', '/api/stories/collected', '/api/interfere/kill', '/api/interfere/stop']) {
    assert.equal((await ask(path, { method: 'POST', body: {}, headers: without })).status, 403, path);
  }
});

test('a page of another origin does nothing, though it has the token', LIMITED, async () => {
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

test('the page may load nothing, run nothing and be framed by nobody but itself', LIMITED, async () => {
  const answer = await fetch(origin);
  const policy = answer.headers.get('content-security-policy');
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('a page without the token says which address to open', LIMITED, () =>
  withPage({ url: `${origin}/`, complains: true }, async (page) => {
    await reads(page, '#stack', 'open the address that `fare console` printed');
    await reads(page, '#line', 'open the address that `fare console` printed');
    assert.equal(await page.locator('.story').count(), 0);
  }));

test('the address of a new start, pasted where the page of an old one is open, opens the new one', LIMITED, () =>
  withPage({ url: `${origin}/#token=${'0'.repeat(48)}`, complains: true }, async (page) => {
    await reads(page, '#line', 'open the address that `fare console` printed');
    assert.equal(await page.locator('.story').count(), 0);
    const loaded = page.waitForEvent('load');
    await page.evaluate((hash) => { location.hash = hash; }, new URL(address).hash);
    await loaded;
    await reads(page, '#line', '● live');
    await page.waitForSelector('.story');
    // It is not passed on with the address.
    assert.equal(new URL(page.url()).hash, '#/');
  }));

test('markup in an input is text on the page', LIMITED, () =>
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

test('a fare that nobody knows is said to be unknown', LIMITED, () =>
  withPage({}, async (page) => {
    await page.evaluate(() => { location.hash = '#/fare/nobody_knows_it'; });
    await reads(page, '#fare-problem', 'Nothing is known of this fare yet');
  }));

test('an address that names no fare and no execution is said to name none', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    for (const [named, said] of [
      [`fare/${'x'.repeat(65)}`, 'names no fare: an id is 1 to 64 letters'],
      ['fare/wr%201', 'names no fare'],
      ['fare/', 'names no fare'],
      [`execution/${'x'.repeat(81)}`, 'names no execution: a name has 1 to 80 characters'],
      ['execution/a:b', 'names no execution'],
    ]) {
      await page.evaluate((hash) => { location.hash = hash; }, `#/${named}`);
      await reads(page, '#no-id', said);
      assert.ok(await page.locator('#no-id').isVisible(), named);
      assert.ok(await page.locator('#fare').isHidden(), named);
    }
    await page.evaluate(() => { location.hash = '#/fare/nobody_knows_it'; });
    await page.locator('#fare').waitFor();
    assert.ok(await page.locator('#no-id').isHidden());
    // Names of executions are for Step Functions to give.
    await page.evaluate(() => { location.hash = `#/execution/${encodeURIComponent('nobody.knows-é')}`; });
    await reads(page, '#fare-problem', 'No fare is known by this name');
    assert.ok(await page.locator('#no-id').isHidden());
  }));

test('what may be the number of a card is no id: it is sent nowhere and not repeated', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    const sent = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    for (const named of ['fare/4242424242424242', 'execution/5555-5555-5555-4444', 'execution/4242%34242%34242%34242']) {
      await page.evaluate((hash) => { location.hash = hash; }, `#/${named}`);
      await reads(page, '#no-id', 'what may be the number of a card');
      assert.ok(await page.locator('#fare').isHidden(), named);
    }
    await page.locator('#by-id').fill('4242424242424242');
    await page.locator('#by-id').press('Enter');
    await reads(page, '#no-id', 'names no');
    assert.ok(!/4242 ?4242|5555-?5555/.test(await page.locator('body').innerText()));
    assert.deepEqual(sent.filter((request) => /(4242){2}|5555-?5555/.test(decodeURIComponent(request))), []);
  }));
