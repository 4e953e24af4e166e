import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatImageSelector, isTag, readImageSelector } from '../../../handlers/oci/image-selector.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}` as const;

describe('an image selector', () => {
  for (const [text, selector] of [
    ['v1', { tag: 'v1' }],
    ['_', { tag: '_' }],
    ['2026.11.21-3_a', { tag: '2026.11.21-3_a' }],
    ['a'.repeat(128), { tag: 'a'.repeat(128) }],
    ['latest', { tag: 'latest' }],
    [DIGEST, { digest: DIGEST }],
    [`v1@${DIGEST}`, { tag: 'v1', digest: DIGEST }],
  ] as const) {
    test(`is ${text.slice(0, 30)}, and written so again`, () => {
      assert.deepEqual(readImageSelector(text), { ok: true, selector });
      assert.equal(formatImageSelector(selector), text);
    });
  }

  for (const [text, because] of [
    ['', /^is empty$/],
    [' v1', /^begins or ends with white space/],
    ['v1\n', /^begins or ends with white space, such as a line break$/],
    ['\u00a0v1', /^begins or ends with white space/],
    ['v 1', /^has a tag that is not 1 to 128/],
    ['.v1', /^has a tag that is not 1 to 128/],
    ['-v1', /^has a tag that is not 1 to 128/],
    ['a'.repeat(129), /^has a tag that is not 1 to 128/],
    ['vé', /^has a tag that is not 1 to 128/],
    ['{"tag"}', /^has a tag that is not 1 to 128/],
    ['team/app', /^looks like a whole image reference, and the repository is named elsewhere$/],
    ['app:v1', /^looks like a whole image reference/],
    [`registry.example/app:v1@${DIGEST}`, /^looks like a whole image reference/],
    [`@${DIGEST}`, /^has no tag before its "@"$/],
    ['v1@', /^has a digest that is not sha256: and 64/],
    ['v1@v2', /^has a digest that is not sha256: and 64/],
    [DIGEST.toUpperCase(), /^has a digest that is not sha256: and 64/],
    [DIGEST.slice(0, -1), /^has a digest that is not sha256: and 64/],
    [`sha512:${'0'.repeat(128)}`, /^has a digest that is not sha256: and 64/],
    [`v1@${DIGEST}@${DIGEST}`, /^has more than one "@"$/],
  ] as const) {
    test(`is not ${JSON.stringify(text.slice(0, 30))}`, () => {
      const reading = readImageSelector(text);
      assert.ok(!reading.ok);
      assert.match(reading.because, because);
    });
  }

  test('that is refused is never shown: it may be a secret', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 200 });
    fc.assert(
      fc.property(secret, (text) => {
        const reading = readImageSelector(text);
        if (reading.ok) assert.equal(formatImageSelector(reading.selector), text);
        else assert.ok(!reading.because.includes(text));
      }),
    );
  });

  test('has a tag as registries know them', () => {
    assert.ok(isTag('v1') && isTag('_.-') && !isTag('') && !isTag('v1\n') && !isTag('a/b'));
  });
});
