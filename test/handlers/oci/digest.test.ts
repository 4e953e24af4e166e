import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, isDigest, parseDigest } from '../../../handlers/oci/digest.ts';

/** Of the empty content, as FIPS 180-4's test vectors have it. */
const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('a digest is of its bytes', () => {
  assert.equal(digestOf(''), EMPTY);
  assert.equal(digestOf(Buffer.alloc(0)), EMPTY);
});

test('a digest is read as it is', () => {
  assert.equal(parseDigest(EMPTY), EMPTY);
});

for (const text of [
  '',
  'sha256:',
  EMPTY.toUpperCase(),
  EMPTY.slice(0, -1),
  `${EMPTY}0`,
  `sha512:${'0'.repeat(128)}`,
]) {
  test(`"${text.slice(0, 30)}" (${text.length} characters) is no digest`, () => {
    assert.equal(isDigest(text), false);
    assert.throws(() => parseDigest(text), {
      code: 'InvalidRequest',
      message: /is no digest: sha256: and 64/,
    });
  });
}
