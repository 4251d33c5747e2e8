// Everything by keyboard alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { reads, withPage } from './browser.mjs';

/** Goes on with Tab until an element has the focus, as somebody does who looks for it. */
async function tabTo(page, selector, most = 120) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`${selector} is not reached by Tab`);
}

test('a story is started, a state looked at, and a fare found by keyboard alone', () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'skip');
    await tabTo(page, '[data-story="card declined"]');
    await page.keyboard.press('Enter');
    await reads(page, '#fare-status', 'collection: failed');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'fare-title');
    const fare = (await page.locator('#fare-title').innerText()).replace('Fare ', '');

    await tabTo(page, '.state[data-name="ChargeFare"]');
    const ring = await page.locator('.state[data-name="ChargeFare"] .halo').evaluate((node) => getComputedStyle(node).stroke);
    assert.notEqual(ring, 'none');
    await page.keyboard.press('Enter');
    await reads(page, '#detail', 'PaymentAuthException');
    await tabTo(page, '#shut');
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#detail').isHidden());
    await tabTo(page, '#path button[data-state="ChargeFare"]');
    await page.keyboard.press('Space');
    await reads(page, '#detail', 'PaymentAuthException');

    await page.evaluate(() => { location.hash = '#/'; });
    await reads(page, '#nothing', 'No fare is open');
    await tabTo(page, '#by-id');
    await page.keyboard.type(fare);
    await reads(page, '#found', /^1 of/);
    await page.keyboard.press('Enter');
    await reads(page, '#fare-title', fare);
    await reads(page, '#fare-status', 'collection: failed');
  }));

test('nobody is caught anywhere: Tab comes round', () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    const seen = new Set();
    for (let pressed = 0; pressed < 80; pressed += 1) {
      await page.keyboard.press('Tab');
      seen.add(await page.evaluate(() => document.activeElement?.id || document.activeElement?.dataset.story || document.activeElement?.tagName));
    }
    for (const reached of ['skip', 'input', 'fault', 'by-id', 'by-status', 'by-age', 'already cancelled']) {
      assert.ok(seen.has(reached), `${reached} is not among ${[...seen]}`);
    }
  }));
