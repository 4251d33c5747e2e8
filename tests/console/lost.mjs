// An engine that is lost and comes back, and a console that is.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { play, reads, withPage } from './browser.mjs';
import { LIMITED, PATIENCE, engine, root } from './environment.mjs';

/** A way to the engine that can be cut. */
async function way() {
  const { hostname, port } = new URL(engine);
  let open = new Set();
  let cut = false;
  const server = createServer((client) => {
    if (cut) {
      client.destroy();
      return;
    }
    const there = connect(Number(port), hostname);
    open.add(client).add(there);
    client.pipe(there).pipe(client);
    [client, there].forEach((end) => end.on('error', () => {}).on('close', () => { client.destroy(); there.destroy(); }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      cut = true;
      open.forEach((end) => end.destroy());
      open = new Set();
    },
    mend() { cut = false; },
    close() { this.cut(); server.close(); },
  };
}

/** Another `fare console`, on this engine. */
async function another(environment) {
  const fare = process.env.FARE ?? join(root, 'target/debug/fare');
  const child = spawn(fare, ['console'], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      const found = said.match(/console: (\S+)/);
      if (found) resolve(found[1]);
    });
    child.on('exit', (status) => reject(new Error(`fare console ended with ${status}`)));
  });
  return { child, url };
}

test('where the engine is lost the page says so, and goes on when it is back', LIMITED, async () => {
  const line = await way();
  const { child, url } = await another({ AWS_ENDPOINT_URL: line.url });
  try {
    await withPage({ url, complains: true }, async (page) => {
      await page.waitForSelector('.story');
      await play(page, 'collected');
      await reads(page, '#fare-status', 'collection: succeeded');
      line.cut();
      await reads(page, '#alarm', 'The engine cannot be asked');
      await page.click('[data-story="collected"]');
      await reads(page, '#no-stories', 'Not started');
      line.mend();
      await page.waitForFunction(() => document.getElementById('alarm').hidden, null, { timeout: PATIENCE });
      await play(page, 'card declined');
      await reads(page, '#fare-status', 'collection: failed');
      // Who did not start the engine does not kill its functions.
      assert.ok(await page.locator('#kill').isDisabled());
    });
  } finally {
    child.kill('SIGINT');
    line.close();
  }
});

test('where the console is lost the page says so', LIMITED, async () => {
  const { child, url } = await another({});
  try {
    await withPage({ url, complains: true }, async (page) => {
      await reads(page, '#line', '● live');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      assert.equal(await ended, 0);
      await reads(page, '#line', 'the console does not answer');
    });
  } finally {
    child.kill('SIGINT');
  }
});
