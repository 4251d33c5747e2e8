// A browser, and pages that are watched: whatever a page complains of, or loads from elsewhere, fails its test.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { PATIENCE, address, browser as installed, tool } from './environment.mjs';
import { tally } from './tally.mjs';

const { chromium } = tool('playwright-core');
const axe = tool.resolve('axe-core/axe.min.js');

let launched = null;

function launch() {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];
  launched ??= chromium.launch({ ...installed, args: ['--headless', ...args] });
  return launched;
}

export async function closeBrowser() {
  await (await launched)?.close();
}

/** Opens the console as somebody does who clicks on its address, and hands the page over; `before` gets it still empty. */
export async function withPage(options, work) {
  const { url = address, complains = false, before = () => {}, ...rest } = options;
  const context = await (await launch()).newContext({ viewport: { width: 1500, height: 1000 }, ...rest });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) {
      complaints.push(`loaded from elsewhere: ${request.url()}`);
    }
  });
  page.setDefaultTimeout(PATIENCE);
  try {
    await before(page);
    await page.goto(url);
    await work(page, complaints);
    if (!complains) {
      assert.deepEqual(complaints, []);
    }
  } finally {
    await context.close();
  }
}

/** Waits until a text is to be read in an element. */
export async function reads(page, selector, expected, limit = PATIENCE) {
  const fits = (text) => (expected instanceof RegExp ? expected.test(text) : text.includes(expected));
  const deadline = Date.now() + limit;
  for (;;) {
    const texts = await page.locator(selector).allInnerTexts();
    if (texts.some(fits)) {
      return texts.find(fits);
    }
    if (Date.now() > deadline) {
      const around = await page.locator('#line, #alarm, #fare-problem, #fare-status, #path button').allInnerTexts();
      assert.fail(`${selector} does not read ${expected}, but ${JSON.stringify(texts)}; around it ${JSON.stringify(around)}`);
    }
    await page.waitForTimeout(50);
  }
}

/** The value of a line of a record, `fare` and `status` for example; and the state that made it so. */
export async function recorded(page, record, label) {
  const row = page.locator(`[data-record="${record}"] dl > div`, { has: page.locator(`dt:text-is("${label}")`) });
  if ((await row.count()) === 0) {
    return { value: null, by: null };
  }
  const by = row.locator('.by');
  return { value: await row.locator('.value').innerText(), by: (await by.count()) > 0 ? await by.innerText() : null };
}

/** Presses a story's button and gives the fare that it opens. */
export async function play(page, story) {
  const before = await page.locator('#fare-title').innerText();
  await page.click(`[data-story="${story}"]`);
  await page.waitForFunction((title) => {
    const now = document.getElementById('fare-title').textContent;
    return now !== '' && now !== title;
  }, before);
  return (await page.locator('#fare-title').innerText()).replace('Fare ', '');
}

/** Leaves the fare that is open, and opens it anew. */
export async function reopen(page) {
  const { hash } = new URL(page.url());
  await page.evaluate(() => { location.hash = '#/'; });
  await page.locator('#nothing').waitFor();
  await page.evaluate((address) => { location.hash = address; }, hash);
}

/** What axe finds wrong with the page as it stands; it must be nothing. */
export async function accessible(page) {
  // The page's own policy lets no other script in, so that it is evaluated from outside.
  await page.evaluate(readFileSync(axe, 'utf8'));
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  assert.ok(passes.length > 0, 'axe has looked at nothing');
  tally.checks += 1;
  tally.axe += violations.length;
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  assert.deepEqual(told, []);
}
