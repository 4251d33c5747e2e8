// The console as a person uses it, in a browser, over a fresh stack. Run by `make test`, or by hand:
//
//   tools/set-up console
//   target/debug/fare local --console -- node --test-reporter=spec tests/console/main.mjs
//
// With CONSOLE_PICTURES=yes the pictures of docs/console.md are drawn anew.

import { after } from 'node:test';

import { closeBrowser } from './browser.mjs';
import { tally } from './tally.mjs';
import './carddata.mjs';
import './words.mjs';
import './safe.mjs';
import './stories.mjs';
import './editor.mjs';
import './interfere.mjs';
import './look.mjs';
import './keyboard.mjs';
import './lost.mjs';
import './many.mjs';
import './pictures.mjs';

// How long something that a test has left behind may keep this process, once all have ended. Milliseconds.
const LEFT_BEHIND = 30_000;

after(async () => {
  setTimeout(() => process.exit(), LEFT_BEHIND).unref();
  await closeBrowser();
});
process.on('exit', () => {
  if (tally.checks === 0) {
    console.error('console: axe has looked at nothing');
    process.exitCode = 1;
    return;
  }
  console.log(`console: scenarios=${tally.scenarios} passed=${tally.passed} axe=${tally.axe}`);
});
