// How the page looks: on a phone, in the dark, and to a screen reader.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { accessible, play, reads, withPage } from './browser.mjs';
import { LIMITED } from './environment.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const widerThanItsScreen = (page) => page.evaluate(() => document.scrollingElement.scrollWidth > window.innerWidth);

test('on a phone everything is in one column, and a fare is followed to its end', LIMITED, () =>
  withPage(PHONE, async (page) => {
    await page.waitForSelector('.story');
    assert.equal(await widerThanItsScreen(page), false);
    await accessible(page);
    await play(page, 'account closed');
    await reads(page, '#fare-status', 'collection: failed');
    // What was opened is what is seen.
    await page.waitForFunction(() => {
      const { top } = document.getElementById('fare-title').getBoundingClientRect();
      return top >= 0 && top < window.innerHeight / 3;
    });
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    assert.equal(await widerThanItsScreen(page), false);
    await page.locator('#path button').nth(3).click();
    await reads(page, '#detail', 'CreditCustomerAccount');
    assert.equal(await widerThanItsScreen(page), false);
    await accessible(page);
  }));

test('in the dark the page is dark, the drawing too, and axe finds nothing', LIMITED, () =>
  withPage({ colorScheme: 'dark' }, async (page) => {
    await page.waitForSelector('.story');
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, 'rgb(13, 17, 23)');
    await play(page, 'refund fails at first');
    await reads(page, '#fare-status', 'collection: failed');
    const box = await page.locator('.state[data-name="RefundFare"] .box').evaluate((node) => getComputedStyle(node).fill);
    assert.equal(box, 'rgb(16, 35, 63)');
    await accessible(page);
  }));

test('in the light axe finds nothing either, with a fare that runs and one that has ended', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await accessible(page);
    await play(page, 'late capture answer');
    await reads(page, '#path button', 'ChargeFare');
    await accessible(page);
    await reads(page, '#fare-status', 'collection: succeeded');
    await accessible(page);
  }));

test('the drawing is large enough to be read, follows the fare, and can be seen whole', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'collected');
    await reads(page, '#fare-status', 'collection: succeeded');
    const seen = () => page.locator('#drawing').evaluate((frame) => {
      const sizes = [...frame.querySelectorAll('text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a);
      const last = frame.querySelector('.state[data-name="FareProcessingSucceeded"]').getBoundingClientRect();
      const { left, right, top, bottom } = frame.getBoundingClientRect();
      return {
        smallest: Math.min(...sizes),
        follows: last.left >= left && last.right <= right && last.top >= top && last.bottom <= bottom,
        whole: frame.scrollWidth <= frame.clientWidth,
      };
    });
    const large = await seen();
    assert.ok(large.smallest >= 10 && large.follows && !large.whole, JSON.stringify(large));
    await page.click('#whole');
    assert.equal(await page.locator('#whole').getAttribute('aria-pressed'), 'true');
    assert.ok((await seen()).whole);
    await page.click('#whole');
    assert.ok(!(await seen()).whole);
  }));

test('a screen reader has landmarks, headings in order, and a name for every state', LIMITED, () =>
  withPage({}, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'collected');
    await reads(page, '#fare-status', 'collection: succeeded');
    for (const landmark of ['banner', 'main', 'complementary', 'search']) {
      assert.ok((await page.getByRole(landmark).count()) >= 1, landmark);
    }
    for (const panel of ['Start a fare', 'Find a fare', 'Interfere', 'Watch', 'Understand', 'Timeline']) {
      assert.equal(await page.getByRole('region', { name: panel, exact: true }).count() >= 1, true, panel);
    }
    const name = await page.locator('.state[data-name="ChargeFare"]').getAttribute('aria-label');
    assert.equal(name, 'ChargeFare ✓ done 3, task · lambda invoke');
    const passed = await page.locator('.state[data-name="RefundFare"]').getAttribute('aria-label');
    assert.equal(passed, 'RefundFare task · lambda invoke, not entered');
  }));

test('states are told apart without any colour', LIMITED, () =>
  withPage({ forcedColors: 'active' }, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'account closed');
    await reads(page, '#fare-status', 'collection: failed');
    const words = await page.locator('.state .kind').allTextContents();
    for (const word of ['✓ done', '↶ undone', '! caught an error']) {
      assert.ok(words.includes(word), `${word} is not among ${words}`);
    }
    const dashes = (state) => page.locator(`.state[data-name="${state}"] .box`).first().evaluate((node) => getComputedStyle(node).strokeDasharray);
    const [done, undone, caught] = await Promise.all(['RegisterFare', 'ChargeFare', 'CreditCustomerAccount'].map(dashes));
    assert.equal(new Set([done, undone, caught]).size, 3);
  }));
