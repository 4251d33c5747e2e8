// Breaking things on purpose, and seeing recovery do its work.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { play, reads, recorded, withPage } from './browser.mjs';

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

test('an execution that is stopped in its charge is recovered, and the books balance', () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await hold(page);
    await play(page, 'collected');
    await reads(page, '#path button', /ChargeFare – (▶ running|↻ retrying)/);
    await page.click('#stop');
    await reads(page, '#interfered', /✓ the execution is stopped|✓ it had ended already/);
    await release(page);
    await reads(page, '#fare-status', 'recovery: succeeded');
    await reads(page, '#path button', 'RefundFare – ✓ done');
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    assert.equal((await recorded(page, 'fare', 'status')).by, 'by SetFareStatusFailed (recovery)');
    assert.equal((await recorded(page, 'gateway', 'held')).value, '$0.00');
    const [stopped, recovery] = await page.locator('#runs button').allInnerTexts();
    assert.match(stopped, /^collection: .*(aborted|failed)/);
    assert.match(recovery, /^recovery: .*succeeded/);
    await page.locator('#runs button').first().click();
    await reads(page, '#path li', '■ the execution was stopped');
    const checks = Number(await page.locator('#books').getAttribute('data-checks'));
    await page.waitForFunction((seen) => Number(document.getElementById('books').dataset.checks) > seen + 1, checks);
    await reads(page, '#books', '✓ the books balance');
  }));

test('a fare whose function is killed meanwhile is collected all the same', () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await hold(page);
    await play(page, 'collected');
    await reads(page, '#path button', /ChargeFare – (▶ running|↻ retrying)/);
    await page.selectOption('#function', 'ChargeFareFunction');
    await page.click('#kill');
    await reads(page, '#interfered', /✓ (one process was|\d+ processes were) killed/);
    await release(page);
    await reads(page, '#fare-status', /collection: (succeeded|failed)/);
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    await page.selectOption('#function', '');
    await page.click('#kill');
    await reads(page, '#interfered', /✓ \d+ processes were killed/);
  }));

test('the gateway can answer with 500 after the effect, and the charge is made once', () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
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

test('interfering is marked as what it is, and a number that is none does nothing', () =>
  withPage({ complains: true }, async (page) => {
    await reads(page, '#interfere', 'This breaks things on purpose');
    await page.evaluate(() => { document.getElementById('times').value = '0'; document.getElementById('misbehave').noValidate = true; });
    await page.click('#misbehave button[type="submit"]');
    await reads(page, '#interfered', '✕ the console knows no such misbehaviour');
  }));
