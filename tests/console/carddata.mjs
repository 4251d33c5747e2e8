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
  for (const text of ["{'a': '\\u0034242424242424242'}", '4242,\n4242,\n4242,\n4242', '{"a": "4242\\/4242\\/4242\\/4242']) {
    assert.equal(cardData(text), 'input', text);
  }
  for (const text of ['', '{"fareId": "wr_1", ', '{"note": "424242', '{"cc']) {
    assert.equal(cardData(text), null, text);
  }
  assert.equal(cardData('{"a":"4242424242424242","a":"x"}'), 'input');
});

test('a field for card data is found in what is no JSON, in whatever quotes it stands', () => {
  for (const text of [
    "{'cc':'1'}",
    '{cc: 1, cvv: 123}',
    '{“CVC”: 1}',
    '{`pan` : 1}',
    'cvv=123',
    'card_number:\n1',
    "{'\\u0063vv': 1}",
    '{"note: {"expiryDate": "12/30"}',
    '{\\"cc\\": 1}',
  ]) {
    assert.equal(cardData(text), 'input', text);
  }
  for (const text of ['{ccs: 1}', '{acc: 1}', "{'x-cc': 1, 'cc-x': 1, cc_: 1}", '{"note": "cc", "a": ', '{note: [pan], a: 1}', 'an expiry']) {
    assert.equal(cardData(text), null, text);
  }
  assert.equal(cardData('{"cvv" :1,"a":2}'), 'cvv');
  assert.equal(cardData('{"a":{"cvv" :1},"a":2}'), 'input');
  assert.equal(cardData('{"note":"cc: bob","a":"\\"cc\\":"}'), null);
});

test('a number that may go on is not looked at by anybody else', () => {
  for (const text of ['{"note": "4242424', '4242 424', '42-42.42_4', '4242424 ', '42424242-']) {
    assert.ok(endsInLongNumber(text), text);
  }
  for (const text of ['', '"424242', '4242424"', 'wr_563', '4242424x', '4242424  ', '{"fareId": "4242", "customerId": "4242']) {
    assert.ok(!endsInLongNumber(text), text);
  }
});

test('a number in groups is kept back from its seventh digit to its last, whatever stands between them', () => {
  for (const number of ['4242 4242 4242 4242', '3782 822463 10005', '3056 930902 5904', '6304 0000 0000 0000 000']) {
    for (const between of [' ', '  ', ', ', '\n', '\r\n', '-', ' – ', '\\n', '\\"', ' and ']) {
      const typed = number.replaceAll(' ', between);
      for (let end = 1; end < typed.length; end += 1) {
        const text = typed.slice(0, end);
        const digits = text.replace(/\D/g, '').length;
        for (const before of ['', '{"fareId": "wr_563", "note": "']) {
          assert.equal(endsInLongNumber(before + text), digits >= 7, JSON.stringify(before + text));
        }
      }
    }
  }
});

test('what cannot become a number in groups is not kept back', () => {
  for (const text of ['42  4242  42', '4242  42', '4242  42424  4', '3782, 822463, 10005, ', '4242  4242  4242  424"', '{"a": "4242  4242", "b": ']) {
    assert.ok(!endsInLongNumber(text), text);
  }
});

test('a number is kept back until its exponent and its escapes are whole', () => {
  for (const text of ['{"a": 4.242424242424242', '{"a": 4.242424242424242e', '{"a": 4.242424242424242e+', '{"a": 4.242424242424242E1', '"424242424242424\\u003', '"4242\\u000a4242\\u00', '"4242424\\']) {
    assert.ok(endsInLongNumber(text), text);
  }
});

test('three hundred thousand digits are looked through at once', () => {
  const digits = '4'.repeat(300_000);
  const began = performance.now();
  for (const [text, goesOn] of [
    [digits, true],
    [`${digits}x`, false],
    ['4 '.repeat(150_000), true],
    [`${'4-'.repeat(150_000)}x`, false],
    [`${'4243  '.repeat(50_000)}x`, true],
    [`"${'\\"'.repeat(150_000)}x`, false],
    [`${'e4'.repeat(150_000)}x`, false],
    [`${'cc '.repeat(100_000)}x`, false],
    [`cc${' '.repeat(300_000)}x`, false],
  ]) {
    assert.equal(endsInLongNumber(text), goesOn, text.slice(0, 9));
    assert.equal(cardData(text), null, text.slice(0, 9));
  }
  // What looked at each pair of them took minutes.
  const took = performance.now() - began;
  assert.ok(took < 20_000, `${took} ms`);
});
