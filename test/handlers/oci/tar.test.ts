import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type TarEntry, tar } from '../../../handlers/oci/tar.ts';

/** One header's fields, read by their places in the standard. */
function fieldsOf(block: Buffer) {
  const text = (start: number, length: number) =>
    block.toString('latin1', start, start + length).replace(/\0.*$/s, '');
  return {
    name: text(0, 100),
    mode: text(100, 8),
    owner: `${text(108, 8)} ${text(116, 8)}`,
    size: Number.parseInt(text(124, 12), 8),
    time: text(136, 12),
    type: text(156, 1),
    target: text(157, 100),
    magic: text(257, 6),
  };
}

/** What is the same for every entry: anybody may run it, root owns it, and it has no time. */
const FIXED = { mode: '0000755', owner: '0000000 0000000', time: '00000000000', magic: 'ustar' };

describe('an archive', () => {
  const entries: readonly TarEntry[] = [
    { kind: 'directory', path: 'bin' },
    { kind: 'file', path: 'program', content: Buffer.alloc(700, 'x') },
    { kind: 'hard-link', path: 'bin/sh', target: 'program' },
  ];
  const archive = tar(entries);
  const headers = [0, 512, 512 * 4].map((start) => archive.subarray(start, start + 512));

  test('has a header for each entry, its content in whole blocks, and two empty blocks at its end', () => {
    assert.equal(archive.length, 512 * (3 + 2 + 2));
    assert.deepEqual(headers.map(fieldsOf), [
      { ...FIXED, name: 'bin/', size: 0, type: '5', target: '' },
      { ...FIXED, name: 'program', size: 700, type: '0', target: '' },
      { ...FIXED, name: 'bin/sh', size: 0, type: '1', target: 'program' },
    ]);
    assert.deepEqual(archive.subarray(1_024, 1_724), Buffer.alloc(700, 'x'));
    assert.deepEqual(archive.subarray(-1_024), Buffer.alloc(1_024));
  });

  test("has the sum of each header's bytes in it", () => {
    for (const header of headers) {
      const written = Number.parseInt(header.toString('latin1', 148, 154), 8);
      const sum = header.reduce(
        (total, byte, place) => total + (place >= 148 && place < 156 ? 0x20 : byte),
        0,
      );
      assert.equal(written, sum);
    }
  });

  test('refuses a name that no header holds', () => {
    const path = 'a'.repeat(101);
    assert.throws(() => tar([{ kind: 'file', path, content: Buffer.alloc(0) }]), RangeError);
    assert.throws(() => tar([{ kind: 'directory', path }]), RangeError);
    assert.throws(() => tar([{ kind: 'hard-link', path: 'x', target: path }]), RangeError);
  });
});

describe('an archive with links and modes', () => {
  test('has sound headers, and ends with two empty blocks', () => {
    const archive = tar([
      { kind: 'file', path: 'a', content: Buffer.from('hello') },
      { kind: 'symbolic-link', path: 'b', target: 'a', mode: 0o644 },
    ]);
    assert.equal(archive.length, 512 + 512 + 512 + 1024);
    assert.equal(archive.toString('latin1', 100, 107), '0000755');
    assert.equal(archive.toString('latin1', 1024 + 100, 1024 + 107), '0000644');
    assert.equal(archive.toString('latin1', 124, 135), '00000000005');
    assert.equal(archive.toString('latin1', 512, 517), 'hello');
    assert.equal(archive.toString('latin1', 1024 + 156, 1024 + 158), '2a');
    assert.ok(archive.subarray(-1024).every((byte) => byte === 0));
    for (const start of [0, 1024]) {
      const header = Buffer.from(archive.subarray(start, start + 512));
      const stored = Number.parseInt(header.toString('latin1', 148, 154), 8);
      header.fill(' ', 148, 156);
      assert.equal(
        header.reduce((sum, byte) => sum + byte, 0),
        stored,
      );
    }
  });
});
