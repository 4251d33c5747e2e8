// Breaking things on purpose, and seeing recovery do its work.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask } from './asked.mjs';
import { play, reads, recorded, withPage } from './browser.mjs';
import { LIMITED, PATIENCE } from './environment.mjs';

/** Opens a page for work during which the gateway may misbehave. Whatever becomes of it, the gateway behaves afterwards. */
const interfering = (work) => withPage({}, async (page) => {
  try {
    await page.waitForSelector('.story');
    await work(page);
  } finally {
    await ask('/api/interfere/behave', { method: 'POST', body: {} });
  }
});

/** Lets the gateway be so slow that an execution stays in its charge. */
async function hold(page) {
  await page.selectOption('#fault', 'answer_late');
  await page.selectOption('#operation', 'capture');
  await page.fill('#times', '20');
  await page.click('#misbehave button[type="submit"]');
  await reads(page, '#interfered', '✓ 20 times on capture: the answer comes 3 s late');
}

async function release(page) {
  await page.click('#behave');
  await reads(page, '#interfered', '✓ the gateway behaves again');
}

/** Kills the processes of a function, or of all. Between two calls there may be none for a moment. */
async function kill(page, functionName) {
  await page.selectOption('#function', functionName);
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    await page.click('#kill');
    const said = await reads(page, '#interfered', /killed$|^✓ there is no such process now$/);
    if (/^✓ (one process was|\d+ processes were) killed$/.test(said)) {
      return;
    }
    assert.ok(Date.now() < deadline, said);
    await page.waitForTimeout(100);
  }
}

/** Plays a fare until it is in its charge, where a slow gateway keeps it. */
async function inItsCharge(page) {
  const fare = await play(page, 'collected');
  await reads(page, '#path button', /ChargeFare – (▶ running|↻ retrying)/);
  return fare;
}

test('an execution that is stopped in its charge is recovered, and the books balance', LIMITED, () =>
  interfering(async (page) => {
    await hold(page);
    const fare = await inItsCharge(page);
    await reads(page, '#stop', `Stop ${fare}`);
    await page.click('#stop');
    await reads(page, '#interfered', '✓ the execution is stopped');
    await release(page);
    await reads(page, '#fare-status', 'recovery: succeeded');
    await reads(page, '#path button', 'RefundFare – ✓ done');
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    assert.equal((await recorded(page, 'fare', 'status')).by, 'by SetFareStatusFailed (recovery)');
    assert.equal((await recorded(page, 'gateway', 'held')).value, '$0.00');
    const [stopped, recovery] = await page.locator('#runs button').allInnerTexts();
    assert.match(stopped, /^collection: .*aborted/);
    assert.match(recovery, /^recovery: .*succeeded/);
    await page.locator('#runs button').first().click();
    await reads(page, '#path li', '■ the execution was stopped');
    await page.locator('#path button[data-state="ChargeFare"]').first().click();
    // Whether the function that had been called is heard out is the engine's affair; nothing is at work any more.
    await reads(page, '#detail li', /: (■ stopped$|! FareCancelled|✓ done$)/m);
    const checks = Number(await page.locator('#books').getAttribute('data-checks'));
    await page.waitForFunction((seen) => Number(document.getElementById('books').dataset.checks) > seen + 1, checks);
    await reads(page, '#books', '✓ the books balance');
  }));

test('a fare whose function is killed meanwhile is collected all the same', LIMITED, () =>
  interfering(async (page) => {
    await hold(page);
    await inItsCharge(page);
    await kill(page, 'ChargeFareFunction');
    await release(page);
    await reads(page, '#fare-status', /collection: (succeeded|failed)/);
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    await kill(page, '');
  }));

test('Stop names the execution that is on the page, and nothing can be stopped that is not', LIMITED, () =>
  interfering(async (page) => {
    assert.equal(await page.locator('#stop').innerText(), 'Stop the execution');
    assert.ok(await page.locator('#stop').isDisabled());
    await hold(page);
    const fare = await inItsCharge(page);
    assert.equal(await page.locator('#stop').innerText(), `Stop ${fare}`);
    assert.ok(await page.locator('#stop').isEnabled());
    await page.evaluate(() => { location.hash = '#/'; });
    await page.locator('#nothing').waitFor();
    assert.ok(await page.locator('#stop').isDisabled());
    assert.equal(await page.locator('#stop').innerText(), 'Stop the execution');
    await release(page);
    await page.evaluate((id) => { location.hash = `#/fare/${id}`; }, fare);
    await reads(page, '#fare-status', /collection: (succeeded|failed)/);
    await reads(page, '#stop', `Stop ${fare}`);
    assert.ok(await page.locator('#stop').isDisabled());
  }));

test('what the gateway is still to do wrong is said until it behaves again', LIMITED, () =>
  interfering(async (page) => {
    await page.locator('#queued').waitFor({ state: 'hidden' });
    await hold(page);
    await reads(page, '#queued', '20 queued: answer late, at capture');
    await release(page);
    await page.locator('#queued').waitFor({ state: 'hidden' });
  }));

test('the gateway can answer with 500 after the effect, and the charge is made once', LIMITED, () =>
  interfering(async (page) => {
    await page.selectOption('#fault', 'server_error_after');
    await page.selectOption('#operation', 'capture');
    await page.fill('#times', '2');
    await page.click('#misbehave button[type="submit"]');
    await reads(page, '#interfered', '✓ 2 times on capture: 500, after the effect');
    await play(page, 'collected');
    await reads(page, '#fare-status', 'collection: succeeded');
    await reads(page, '#timeline td', 'fault server_error_after');
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    assert.equal((await recorded(page, 'gateway', 'captured')).value, '$20.00');
    await release(page);
  }));

test('interfering is marked as what it is, and a number that is none does nothing', LIMITED, () =>
  withPage({ complains: true }, async (page) => {
    await reads(page, '#interfere', 'This breaks things on purpose');
    await page.evaluate(() => { document.getElementById('times').value = '0'; document.getElementById('misbehave').noValidate = true; });
    await page.click('#misbehave button[type="submit"]');
    await reads(page, '#interfered', '✕ the console knows no such misbehaviour');
  }));
