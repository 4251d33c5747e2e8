// Everything by keyboard alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { reads, withPage } from './browser.mjs';
import { LIMITED } from './environment.mjs';

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

test('a story is started, a state looked at, and a fare found by keyboard alone', LIMITED, () =>
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
    await page.locator('#nothing').waitFor();
    await tabTo(page, '#by-id');
    await page.keyboard.type(fare);
    await reads(page, '#found', /^1 of/);
    await page.keyboard.press('Enter');
    await reads(page, '#fare-title', fare);
    await reads(page, '#fare-status', 'collection: failed');
  }));

/** What has the focus, by its id or its story. */
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  return node?.id || node?.dataset.story || node?.tagName;
});

test('nobody is caught anywhere: Tab comes round', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await reads(page, '#found', /^\d+ of \d+ listed/);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'skip');
    const seen = new Set(['skip']);
    // The list may grow meanwhile.
    const most = (await page.locator('a[href], button, input, select, textarea, [tabindex]').count()) + 200;
    let round = false;
    for (let pressed = 0; pressed < most && !round; pressed += 1) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      round = now === 'skip';
      seen.add(now);
    }
    assert.ok(round, `Tab does not come back to where it began, but went to ${[...seen]}`);
    for (const reached of ['skip', 'input', 'fault', 'by-id', 'by-status', 'by-age', 'already cancelled']) {
      assert.ok(seen.has(reached), `${reached} is not among ${[...seen]}`);
    }
  }));
