import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzipStored } from '../../../handlers/placeholder/gzip.ts';

test('what is stored is unpacked to the same bytes, whatever its length', () => {
  for (const length of [0, 1, 512, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 2 * 0xffff + 1]) {
    const content = Buffer.alloc(length, 'placeholder');
    assert.deepEqual(gunzipSync(gzipStored(content)), content, `${length} bytes`);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_096 }), (content) => {
      assert.deepEqual(new Uint8Array(gunzipSync(gzipStored(content))), content);
    }),
  );
});

test('a file is 23 bytes longer than its content, and the same bytes on every machine', () => {
  assert.equal(
    gzipStored(Buffer.from('abc')).toString('hex'),
    `1f8b08000000000000ff${'010300fcff'}${'616263'}${'c2412435'}${'03000000'}`,
  );
});
