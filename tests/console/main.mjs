// The console as a person uses it, in a browser, over a fresh stack. Run by `make test-console`, or by hand:
//
//   tools/set-up console
//   target/debug/fare local --console -- node --test-reporter=spec tests/console/main.mjs
//
// With CONSOLE_PICTURES=yes the pictures of docs/console.md are drawn anew.

import { after } from 'node:test';

import { closeBrowser } from './browser.mjs';
import { tally } from './tally.mjs';
import './carddata.mjs';
import './safe.mjs';
import './stories.mjs';
import './editor.mjs';
import './interfere.mjs';
import './look.mjs';
import './keyboard.mjs';
import './lost.mjs';
import './many.mjs';
import './pictures.mjs';

after(closeBrowser);
process.on('exit', () => {
  console.log(`console: scenarios=${tally.scenarios} passed=${tally.passed} axe=${tally.axe}`);
});
