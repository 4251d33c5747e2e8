// Writes a picture with a palette of 256 colours: a page has hardly more, and the file is a third as large.

import { deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The same picture with fewer colours. The browser, in a page that is not looked at, reads it and chooses them. */
export async function withPalette(context, png) {
  const page = await context.newPage();
  const { width, height, palette, pixels } = await page.evaluate(choose, png.toString('base64'));
  await page.close();
  const rows = Buffer.alloc((width + 1) * height);
  const from = Buffer.from(pixels, 'base64');
  for (let y = 0; y < height; y += 1) {
    from.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  const chunks = [chunk('IHDR', header), chunk('PLTE', Buffer.from(palette)), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

/** Runs in the browser: the most frequent colours, and for each pixel the nearest of them. */
async function choose(encoded) {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const colour = (place) => (data[place * 4] << 16) | (data[place * 4 + 1] << 8) | data[place * 4 + 2];
  const counts = new Map();
  for (let place = 0; place < width * height; place += 1) {
    counts.set(colour(place), (counts.get(colour(place)) ?? 0) + 1);
  }
  const chosen = [...counts].sort(([, one], [, other]) => other - one).slice(0, 256).map(([value]) => value);
  const parts = (value) => [value >> 16, (value >> 8) & 255, value & 255];
  const palette = chosen.map(parts);
  const nearest = new Map(chosen.map((value, place) => [value, place]));
  const find = (value) => {
    const [red, green, blue] = parts(value);
    const distance = ([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    return palette.reduce((best, entry, place) => (distance(entry) < distance(palette[best]) ? place : best), 0);
  };
  let pixels = '';
  for (let place = 0; place < width * height; place += 1) {
    const value = colour(place);
    if (!nearest.has(value)) {
      nearest.set(value, find(value));
    }
    pixels += String.fromCharCode(nearest.get(value));
  }
  return { width, height, palette: palette.flat(), pixels: btoa(pixels) };
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(checksum(named), named.length + 4);
  return whole;
}

/** CRC-32, as PNG wants it. */
function checksum(data) {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
  }
  return (sum ^ 0xffffffff) >>> 0;
}
