// The page's own search for card data, held to the cases of `fare-values`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from './environment.mjs';

const source = readFileSync(join(root, 'crates/fare-cli/src/console/page/carddata.js'), 'utf8');
const { cardData, endsInLongNumber } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
const cases = JSON.parse(readFileSync(join(root, 'crates/fare-values/src/card_data/cases.json'), 'utf8'));

test('the page finds card data where the functions do, and nowhere else', () => {
  assert.ok(cases.length > 40);
  for (const { text, field } of cases) {
    assert.equal(cardData(text), field, text);
  }
});

test('a number that the functions would not read exactly is looked at as it was typed', () => {
  for (const number of ['4242424242424242.0', '4.242424242424242e15']) {
    assert.equal(cardData(`{"note":${number}}`), 'note', number);
  }
});

test('card data is found too in what is no JSON yet', () => {
  for (const text of ['{"note": "4242424242424242', '4242 4242 4242 4242', '{"cvv": ', '{"note": "\\u0034242424242424242', '{"a": 4.242424242424242e15, ']) {
    assert.equal(cardData(text), 'input', text);
  }
  for (const text of ['', '{"fareId": "wr_1", ', '{"note": "424242', '{"cc']) {
    assert.equal(cardData(text), null, text);
  }
  assert.equal(cardData('{"a":"4242424242424242","a":"x"}'), 'input');
});

test('a number that may go on is not looked at by anybody else', () => {
  for (const text of ['{"note": "4242424', '4242 424', '42-42.42_4']) {
    assert.ok(endsInLongNumber(text), text);
  }
  for (const text of ['', '"424242', '4242424"', 'wr_563']) {
    assert.ok(!endsInLongNumber(text), text);
  }
});
