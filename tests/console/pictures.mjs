// Draws the pictures of docs/console.md anew, where CONSOLE_PICTURES is set.

import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { play, reads, withPage } from './browser.mjs';
import { root } from './environment.mjs';
import { withPalette } from './png.mjs';

const MOST_BYTES = 150_000;

async function picture(page, name, options = {}) {
  const path = join(root, 'docs/pictures', `console-${name}.png`);
  await page.evaluate(() => document.activeElement?.blur());
  const shot = await page.screenshot({ animations: 'disabled', ...options });
  writeFileSync(path, await withPalette(page.context(), shot));
  assert.ok(statSync(path).size < MOST_BYTES, `${name}: ${statSync(path).size} bytes`);
}

test('the pictures of the documentation are drawn', { skip: !process.env.CONSOLE_PICTURES }, async () => {
  await withPage({ viewport: { width: 1500, height: 1150 } }, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'refund fails at first');
    await reads(page, '#fare-status', 'collection: failed');
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    await page.waitForTimeout(6500);
    await picture(page, 'fare');
    await page.click('.state[data-name="RefundFare"]');
    await reads(page, '#detail', '2 attempts');
    await page.locator('#detail').scrollIntoViewIfNeeded();
    await picture(page, 'state', { clip: await page.locator('.watch').boundingBox() });
  });
  await withPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' }, async (page) => {
    await page.waitForSelector('.story');
    await play(page, 'account closed');
    await reads(page, '#fare-status', 'collection: failed');
    await reads(page, '[data-record="balance"] .verdict', '✓ balances');
    await page.waitForTimeout(6500);
    await picture(page, 'phone');
  });
});
