// Usage: node unpack.mjs DIRECTORY
//
// Unpacks the browser that DIRECTORY/node_modules has as a compressed file into DIRECTORY/browser, with the libraries and the
// fonts that a bare machine lacks, and has it say its version. Needs no root and nothing of the machine.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const directory = resolve(process.argv[2]);
const packed = join(directory, 'node_modules/@sparticuz/chromium/bin');
const browser = join(directory, 'browser');
const unpacked = (name) => brotliDecompressSync(readFileSync(join(packed, name)));

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error(`the browser is for x86-64 Linux, and this is ${process.platform} on ${process.arch}`);
}
rmSync(browser, { recursive: true, force: true });
mkdirSync(browser);
writeFileSync(join(browser, 'chromium'), unpacked('chromium.br'), { mode: 0o755 });
for (const archive of ['al2023.tar.br', 'fonts.tar.br']) {
  execFileSync('tar', ['-x', '--no-same-owner', '-f', '-', '-C', browser], { input: unpacked(archive) });
}
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(browser, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(browser, 'fonts-cache')}</cachedir>
</fontconfig>
`;
writeFileSync(join(browser, 'fonts.conf'), fonts);
const env = { ...process.env, LD_LIBRARY_PATH: join(browser, 'lib'), FONTCONFIG_PATH: browser };
console.log(execFileSync(join(browser, 'chromium'), ['--version', '--no-sandbox'], { env, encoding: 'utf8' }).trim());
