// How quick the page is: its first paint, a thousand executions, and a hundred fares at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, collection, each, stepFunctions } from './asked.mjs';
import { reads, withPage } from './browser.mjs';
import { origin, token } from './environment.mjs';

const FIRST_PAINT = 200;
const EXECUTIONS = 1000;
const LIVE = 100;
// What keeps a page busy for longer than this is felt as lag. Milliseconds.
const LAG = 200;

const told = (line) => console.log(`console: ${line}`);

test('the first paint is there at once', async () => {
  const paints = [];
  for (let opened = 0; opened < 5; opened += 1) {
    await withPage({}, async (page) => {
      await page.waitForSelector('.story');
      const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
      paints.push(Math.round(paint));
    });
  }
  const median = [...paints].sort((one, other) => one - other)[2];
  told(`first paint ${median} ms (${paints.join(', ')})`);
  assert.ok(median < FIRST_PAINT, `${median} ms`);
});

/** Notes how long the page was kept busy, from now on. */
const watchTasks = (page) => page.evaluate(() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => globalThis.tasks.push(Math.round(entry.duration)))).observe({ type: 'longtask', buffered: true });
});
const longest = (page) => page.evaluate(() => Math.max(0, ...globalThis.tasks));

test('a hundred live fares at once are all followed to their end', async () => {
  const run = Date.now().toString(36);
  const fares = Array.from({ length: LIVE }, (_, number) => `live_${run}_${number}`);
  await withPage({}, async (page) => {
    await watchTasks(page);
    await page.fill('#by-id', `live_${run}_`);
    const began = Date.now();
    const followed = fares.map((fare) => ended(fare));
    await each(fares, 20, async (fareId) => {
      const text = JSON.stringify({ fareId, customerId: fareId, fareAmount: '$20.00', paymentMethod: 'pm_card_visa' });
      assert.equal((await ask('/api/start', { method: 'POST', body: { text } })).status, 200);
    });
    await page.evaluate((fare) => { location.hash = `#/fare/${fare}`; }, fares[LIVE - 1]);
    await Promise.all(followed);
    const took = Date.now() - began;
    await page.selectOption('#by-status', 'completed');
    await reads(page, '#found', new RegExp(`^${LIVE} of`));
    await reads(page, '#fare-status', 'collection: succeeded');
    const busiest = await longest(page);
    told(`${LIVE} live fares, each followed by a stream of its own: all ended after ${took} ms, the page busy for ${busiest} ms at most`);
    assert.ok(busiest < LAG, `${busiest} ms`);
  });
});

/** Follows a fare as a page does, until its execution has succeeded and its books balance. */
async function ended(fare) {
  const stop = new AbortController();
  const answer = await fetch(`${origin}/api/events?fare=${fare}&token=${token}`, { signal: stop.signal });
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop();
    if (events.some((event) => event.startsWith('event: fare') && event.includes('"word":"balances"'))) {
      stop.abort();
      return;
    }
  }
}

test('a thousand executions are listed without lag', async () => {
  const machine = await collection();
  const run = Date.now().toString(36);
  // Turned away at once, so that they are quickly there.
  await each(Array.from({ length: EXECUTIONS }, (_, number) => number), 16, (number) =>
    stepFunctions('StartExecution', { stateMachineArn: machine, name: `many_${run}_${number}`, input: '{}' }));
  await withPage({}, async (page) => {
    await watchTasks(page);
    await page.waitForFunction((count) => document.querySelectorAll('#fares tbody tr').length >= count, EXECUTIONS, { timeout: 120_000 });
    const listed = Math.round(await page.evaluate(() => performance.now()));
    const filtered = await page.evaluate((id) => {
      const before = performance.now();
      const field = document.getElementById('by-id');
      field.value = id;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      document.body.getBoundingClientRect();
      return performance.now() - before;
    }, `many_${run}_77`);
    await reads(page, '#found', /^\d+ of \d{4}/);
    const scrolled = await page.evaluate(async () => {
      const field = document.getElementById('by-id');
      field.value = '';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      const list = document.querySelector('.list');
      let slowest = 0;
      let last = performance.now();
      for (let step = 0; step < 60; step += 1) {
        list.scrollTop += 500;
        await new Promise(requestAnimationFrame);
        slowest = Math.max(slowest, performance.now() - last);
        last = performance.now();
      }
      return slowest;
    });
    const busiest = await longest(page);
    told(`${EXECUTIONS} executions listed after ${listed} ms, filtered in ${Math.round(filtered)} ms, slowest frame of scrolling ${Math.round(scrolled)} ms, longest task ${busiest} ms`);
    assert.ok(filtered < LAG && busiest < LAG * 2, `${filtered} ms, ${busiest} ms`);
  });
});
