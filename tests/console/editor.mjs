// The editor: what is typed, before anything is started.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { accessible, reads, withPage } from './browser.mjs';
import { LIMITED } from './environment.mjs';

const fare = (fields) => JSON.stringify({ fareId: 'wr_1', customerId: '3', fareAmount: '$20.00', paymentMethod: 'pm_card_visa', ...fields });

test('what is no fare is said as it is typed and cannot be started', LIMITED, () =>
  withPage({}, async (page) => {
    await reads(page, '#verdict', 'can be started');
    for (const [typed, said] of [
      ['{"fareId": "wr_1",', 'is not JSON: look at line 1'],
      ['', 'is empty'],
      [fare({ fareAmount: '$20.001' }), '`fareAmount`'],
      [fare({ tip: '$1.00' }), '`tip`'],
      [fare({ fareId: 'wr 1' }), '`fareId`'],
      ['{"fareId":"a","fareId":"b"}', 'names a field twice'],
      [fare({ note: '<img src=x onerror=alert(1)>' }), '`note`'],
      [`[${'['.repeat(3000)}`, 'is not JSON'],
    ]) {
      await page.fill('#input', typed);
      await reads(page, '#verdict', said);
      assert.ok(await page.locator('#begin').isDisabled(), typed);
      assert.equal(await page.locator('#input').getAttribute('aria-invalid'), 'true');
    }
    await accessible(page);
    await page.fill('#input', fare({}));
    await reads(page, '#verdict', 'can be started');
    assert.ok(await page.locator('#begin').isEnabled());
  }));

test('a fare that was typed is started once, and another under its id is refused', LIMITED, () =>
  withPage({ complains: true }, async (page) => {
    const typed = fare({ fareId: `wr_${Date.now().toString(36)}` });
    await page.fill('#input', typed);
    await page.locator('#begin:enabled').click();
    await reads(page, '#fare-status', 'collection: succeeded');
    await page.click('#example');
    await page.fill('#input', typed);
    await page.locator('#begin:enabled').click();
    await reads(page, '#verdict', 'was started before');
    await page.fill('#input', typed.replace('$20.00', '$30.00'));
    await page.locator('#begin:enabled').click();
    await reads(page, '#verdict', 'stands already with another input');
  }));

test('card data is refused before it leaves the page, also while it is being typed', LIMITED, () =>
  withPage({}, async (page) => {
    await reads(page, '#verdict', 'can be started');
    const sent = [];
    // Addresses have the token in them, which is made of any digits.
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.postData() ?? ''));
    for (const typed of [
      fare({ note: '4242 4242 4242 4242' }),
      fare({ cvv: '123' }),
      `{"fareId": 4242424242424242`,
      fare({ note: 'x' }).replace('"x"', '"\\u0034242424242424242"'),
      fare({ note: 'x' }).replace('"x"', '6011000990139424'),
    ]) {
      await page.fill('#input', typed);
      await reads(page, '#verdict', 'Nothing left this page');
      assert.ok(await page.locator('#begin').isDisabled());
    }
    await page.fill('#input', '');
    await page.locator('#input').pressSequentially('{"fareId": "4242424', { delay: 5 });
    await reads(page, '#verdict', 'A long number is checked once you have gone on');
    await page.locator('#input').pressSequentially('242424242', { delay: 120 });
    await reads(page, '#verdict', 'Nothing left this page');
    // Something was sent to be checked, but nothing of that. Fewer digits are no long number yet.
    await page.fill('#input', fare({}));
    await reads(page, '#verdict', 'can be started');
    assert.ok(sent.length > 0);
    assert.doesNotMatch(sent.join('\n'), /4242424|6011000|"cvv|123/);
  }));
