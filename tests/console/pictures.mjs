// Draws the pictures of docs/console.md anew, where CONSOLE_PICTURES is set.

import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { play, reads, reopen, withPage } from './browser.mjs';
import { LIMITED, root } from './environment.mjs';
import { withPalette } from './png.mjs';

const MOST_BYTES = 150_000;

/** Plays a story to its end and opens its fare anew, so that nothing is marked as just changed. */
async function played(page, story) {
  await page.waitForSelector('.story');
  await play(page, story);
  await reads(page, '#fare-status', 'collection: failed');
  await reads(page, '[data-record="queues"] summary', 'in the queue failure');
  await reads(page, '[data-record="balance"] .verdict', '✓ balances');
  await reopen(page);
  await reads(page, '#fare-status', 'collection: failed');
  await reads(page, '[data-record="queues"] summary', 'in the queue failure');
  await reads(page, '[data-record="balance"] .verdict', '✓ balances');
}

async function picture(page, name, options = {}) {
  const path = join(root, 'docs/pictures', `console-${name}.png`);
  await page.evaluate(() => document.activeElement?.blur());
  const shot = await page.screenshot({ animations: 'disabled', ...options });
  writeFileSync(path, await withPalette(page.context(), shot));
  assert.ok(statSync(path).size < MOST_BYTES, `${name}: ${statSync(path).size} bytes`);
}

test('the pictures of the documentation are drawn', { ...LIMITED, skip: !process.env.CONSOLE_PICTURES }, async () => {
  await withPage({ viewport: { width: 1500, height: 1150 } }, async (page) => {
    await played(page, 'refund fails at first');
    await page.click('#whole');
    await picture(page, 'fare');
    await page.click('.state[data-name="RefundFare"]');
    await reads(page, '#detail', /[2-9] attempts/);
    await page.locator('#detail').evaluate((detail) => detail.scrollIntoView({ block: 'start' }));
    const box = await page.locator('#detail').boundingBox();
    await picture(page, 'state', { clip: { ...box, height: Math.min(box.height, 760) } });
  });
  await withPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' }, async (page) => {
    await played(page, 'account closed');
    await picture(page, 'phone');
  });
});
