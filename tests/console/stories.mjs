// Every story of the demonstration, started by its button and followed to its end.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { accessible, play, reads, recorded, reopen, withPage } from './browser.mjs';
import { LIMITED } from './environment.mjs';
import { tally } from './tally.mjs';

const completed = { fare: 'completed', by: 'by SetFareStatusCompleted', payment: 'captured', captured: '$20.00', refunded: '$0.00' };
const failed = { fare: 'failed', by: 'by SetFareStatusFailed', captured: '$0.00', refunded: '$0.00' };
const rejected = { fare: null, by: null, payment: null, captured: '$0.00', refunded: '$0.00' };

/**
 * How each ends: what stands in the records, the states that its path must have, the error that an attempt at one of them had, and
 * the queue of its notice. A cold start may add an attempt.
 */
const STORIES = {
  collected: { ...completed, ends: 'succeeded', path: ['NotifySuccess – ✓ done'], queue: 'success' },
  'card declined': { ...failed, payment: 'declined', ends: 'failed', path: ['ChargeFare – ! caught an error: PaymentAuthException'], queue: 'failure' },
  'capture refused': { ...failed, payment: 'voided', ends: 'failed', path: ['ChargeFare – ! caught an error: PaymentChargeException', 'RefundFare – ✓ done'], queue: 'failure' },
  'account closed': { ...failed, payment: 'refunded', captured: '$20.00', refunded: '$20.00', ends: 'failed', path: ['ChargeFare – ↶ undone', 'CreditCustomerAccount – ! caught an error: AccountCreditException', 'RefundFare – ✓ done'], queue: 'failure' },
  'refund fails at first': { ...failed, payment: 'refunded', captured: '$20.00', refunded: '$20.00', ends: 'failed', path: ['ChargeFare – ↶ undone', /^RefundFare – ✓ done, [2-9] attempts/], fails: ['RefundFare', 'PaymentOutcomeUnknown'], queue: 'failure' },
  'bad amount': { ...rejected, ends: 'failed', path: ['RegisterFare – ! caught an error: InvalidFare', 'RejectFare – ✓ done'], queue: 'failure' },
  'unknown field': { ...rejected, ends: 'failed', path: ['RegisterFare – ! caught an error: InvalidFare'], queue: 'failure' },
  'card data': { ...rejected, ends: 'failed', path: ['RegisterFare – ! caught an error: CardDataNotAccepted'], queue: 'failure' },
  'same fare twice': { ...completed, ends: 'succeeded', path: ['NotifySuccess – ✓ done'], queue: 'success', runs: 2 },
  'same fare, other amount': { ...completed, ends: 'succeeded', path: ['NotifySuccess – ✓ done'], queue: 'success', runs: 2 },
  'late capture answer': { ...completed, ends: 'succeeded', path: [/^ChargeFare – ✓ done, [2-9] attempts/], fails: ['ChargeFare', 'PaymentOutcomeUnknown'], queue: 'success' },
  'already cancelled': { ...failed, by: 'by RegisterFare', payment: 'cancelled', ends: 'failed', path: ['RegisterFare – ! caught an error: FareCancelled'], queue: 'failure' },
};

test('every story has a button with a sentence and is told here', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    const names = await page.locator('.story').evaluateAll((buttons) => buttons.map((button) => button.dataset.story));
    assert.deepEqual(names, Object.keys(STORIES));
    for (const sentence of await page.locator('.story span').allInnerTexts()) {
      assert.match(sentence, /^[A-Z].+\.$/);
    }
  }));

/** Now and then the local engine does not call a function that it should. That is a fare too, and another story. */
async function toItsEnd(page, story) {
  let path = [];
  for (let again = 0; again < 3; again += 1) {
    await play(page, story);
    await reads(page, '#fare-status', /collection: (succeeded|failed|timed out)/);
    path = await page.locator('#path button').allInnerTexts();
    if (!path.some((step) => /States\.Timeout|Sandbox\.Timedout/.test(step))) {
      return;
    }
  }
  assert.fail(`in three fares the engine did not call a function that it should, the last of them ${JSON.stringify(path)}`);
}

for (const [story, expected] of Object.entries(STORIES)) {
  test(`the story "${story}" is followed from its button to its end`, LIMITED, () =>
    withPage({}, async (page) => {
      tally.scenarios += 1;
      await page.waitForSelector('.story');
      await toItsEnd(page, story);
      await reads(page, '#fare-status', `collection: ${expected.ends}`);
      for (const step of expected.path) {
        await reads(page, '#path button', step);
      }
      if (expected.fails) {
        const [state, error] = expected.fails;
        await page.locator(`#path button[data-state="${state}"]`).first().click();
        await reads(page, '#detail', `! ${error}`);
        await page.click('#shut');
      }
      await reads(page, '[data-record="balance"] .verdict', '✓ balances');
      await reads(page, '[data-record="queues"] summary', `in the queue ${expected.queue}`);
      if (expected.runs) {
        await page.waitForFunction((runs) => document.querySelectorAll('#runs button').length >= runs, expected.runs);
      }
      const fare = await recorded(page, 'fare', 'status');
      assert.deepEqual([fare.value, fare.by], [expected.fare, expected.by]);
      assert.equal((await recorded(page, 'payment', 'status')).value, expected.payment);
      assert.equal((await recorded(page, 'gateway', 'held')).value, '$0.00');
      assert.equal((await recorded(page, 'gateway', 'captured')).value, expected.captured);
      assert.equal((await recorded(page, 'gateway', 'refunded')).value, expected.refunded);
      // What was taken is lit up in the drawing too, and nothing of a card is anywhere.
      assert.ok((await page.locator('.state:not([data-stands=""])').count()) >= 4);
      assert.ok((await page.locator('.stroke.lit').count()) >= 3);
      const all = await page.locator('body').innerText();
      assert.doesNotMatch(all.replaceAll(/\s/g, ''), /4242424242424242|pm_card_visa(?!"\})/);
      tally.passed += 1;
    }));
}

test('a state that is clicked shows what went in and came out, every attempt and its times', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'late capture answer');
    await reads(page, '#fare-status', 'collection: succeeded');
    await page.click('.state[data-name="ChargeFare"]');
    const detail = await reads(page, '#detail', /[2-9] attempts/);
    assert.match(detail, /ChargeFare/);
    assert.match(detail, /entered \d\d:\d\d:\d\d\.\d{3}, took/);
    assert.match(detail, /! PaymentOutcomeUnknown/);
    assert.match(detail, /Input[\s\S]+"fareId"[\s\S]+Output[\s\S]+"charge"/);
    await accessible(page);
    await page.click('.state[data-name="BeginSaga"]');
    await reads(page, '#detail', 'not shown: how the fare is paid');
    assert.doesNotMatch(await page.locator('#detail').textContent(), /pm_card_visa/);
    await page.click('#shut');
    assert.ok(await page.locator('#detail').isHidden());
  }));

test('a second fare in one page has its drawing too, and a page without a fare has none', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'collected');
    await reads(page, '#fare-status', 'collection: succeeded');
    await page.locator('.state[data-name="ChargeFare"][data-stands="done"]').waitFor();
    const first = new URL(page.url()).hash;
    await play(page, 'card declined');
    await reads(page, '#fare-status', 'collection: failed');
    await page.locator('.state[data-name="ChargeFare"][data-stands="caught"]').waitFor();
    assert.equal(await page.locator('#drawing svg').count(), 1);
    await page.evaluate(() => { location.hash = '#/'; });
    await page.locator('#nothing').waitFor();
    assert.equal(await page.locator('#drawing svg').count(), 0);
    await page.evaluate((hash) => { location.hash = hash; }, first);
    await page.locator('.state[data-name="ChargeFare"][data-stands="done"]').waitFor();
  }));

test('a link to an execution that has another name than its fare shows that execution, and the fare as what it is', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    const fare = await play(page, 'same fare twice');
    await page.locator('#runs button').nth(1).waitFor();
    const arns = await page.locator('#runs button').evaluateAll((buttons) => buttons.map(({ dataset }) => dataset.arn));
    const other = arns.map((arn) => arn.split(':').at(-1)).find((name) => name !== fare);
    await reads(page, '#runs button[aria-pressed="true"]', `collection: ${fare},`);
    await page.evaluate((name) => { location.hash = `#/execution/${name}`; }, other);
    await reads(page, '#runs button[aria-pressed="true"]', `collection: ${other},`);
    await reads(page, '#fare-status', 'collection: succeeded');
    assert.equal(await page.locator('#fare-title').innerText(), `Fare ${fare}`);
    assert.equal(await page.title(), `${fare} – fare console`);
  }));

test('of a fare that is opened when all is over, nothing is marked as just changed', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'collected');
    await reads(page, '#fare-status', 'collection: succeeded');
    await reads(page, '[data-record="queues"] summary', 'in the queue success');
    // Which the books say only once they were read after the execution had ended.
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    await reopen(page);
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    assert.ok((await page.locator('#records dl > div').count()) > 10);
    assert.equal(await page.locator('#records .new').count(), 0);
  }));

test('the timeline has everything in its order, each change with the state that made it', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'account closed');
    await reads(page, '#fare-status', 'collection: failed');
    await reads(page, '[data-record="queues"] summary', 'in the queue failure');
    const timeline = await page.locator('#timeline tbody tr').evaluateAll((all) => all.map((row) =>
      ({ at: Number(row.dataset.at), cells: [...row.cells].map((cell) => cell.textContent) })));
    const times = timeline.map(({ at }) => at);
    assert.ok(times.every((at) => at > 0));
    assert.deepEqual(times, [...times].sort((one, other) => one - other));
    const rows = timeline.map(({ cells }) => cells);
    rows.forEach(([time]) => assert.match(time, /^\d\d:\d\d:\d\d\.\d{3}$/));
    const found = (where, what) => rows.find((row) => row[1] === where && what.test(row[2]));
    assert.equal(found('fares', /^registered/)[4], 'RegisterFare');
    assert.equal(found('fares', /decided: failed/)[4], 'SetFareStatusFailed');
    assert.equal(found('gateway', /hold placed/)[4], 'ChargeFare');
    assert.equal(found('gateway', /refund answered 200: refunded/)[4], 'RefundFare');
    assert.equal(found('ledger', /credit barred/)[4], 'DebitCustomerAccount');
    assert.equal(found('payments', /refunded/)[4], 'RefundFare');
    assert.equal(found('queue', /failure/)[4], 'NotifyFailure');
    assert.ok(found('execution', /CreditCustomerAccount caught AccountCreditException/));
  }));
