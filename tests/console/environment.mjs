// Where everything is: the console and the engine of this run, and the tools.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const tools = process.env.CONSOLE_TOOLS ?? join(root, '.tools/console');

/** A package that `tools/set-up console` has put there. */
export const tool = createRequire(join(tools, 'package.json'));

/** The executable of a browser, and what it needs in its environment. */
export const browser = process.env.CONSOLE_BROWSER
  ? { executablePath: process.env.CONSOLE_BROWSER, env: process.env }
  : {
      executablePath: join(tools, 'browser/chromium'),
      env: { ...process.env, LD_LIBRARY_PATH: join(tools, 'browser/lib'), FONTCONFIG_PATH: join(tools, 'browser') },
    };

/** The address with its token, as a person is told it. */
export const address = process.env.FARE_CONSOLE_URL;
export const engine = process.env.AWS_ENDPOINT_URL;
if (!address || !engine) {
  throw new Error('there is no console: run this with `fare local --console -- …`');
}
/** How long a wait may take in which fares run: machines are slow, and others are at work on them. Milliseconds. */
export const PATIENCE = 150_000;
/** How long a test may take. One that hangs fails, and lets the others go on. */
export const LIMITED = { timeout: 600_000 };

export const { origin } = new URL(address);
export const token = address.split('#token=')[1];
