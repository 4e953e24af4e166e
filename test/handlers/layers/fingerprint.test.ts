import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { LayerEntry } from '../../../handlers/layers/entry.ts';
import { fingerprintOf, isFingerprint } from '../../../handlers/layers/fingerprint.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (path: string, isExecutable = false): LayerEntry => ({
  kind: 'file',
  path,
  isExecutable,
  sha256: sha256(path),
});

describe('the fingerprint of entries', () => {
  test('is the hash of a heading, and of kind, path and value of each', () => {
    const input = [
      'deploytime-layer-fingerprint-v1\n',
      `executable\0a\0${sha256('a')}\0`,
      `file\0b\0${sha256('b')}\0`,
      'symlink\0c\0../d\0',
    ];
    assert.equal(
      fingerprintOf([file('b'), { kind: 'symlink', path: 'c', target: '../d' }, file('a', true)]),
      sha256(input.join('')),
    );
  });

  test('goes by the bytes of paths, whatever the order that they come in', () => {
    // By UTF-16 units U+1F600 comes before U+FB01, and "a/b" before "a0" only by bytes of the whole path.
    const paths = ['a-b', 'a/b', 'a0', 'a\u{fb01}', 'a\u{1f600}'];
    const input = paths.map((path) => `file\0${path}\0${sha256(path)}\0`).join('');
    const digest = sha256(`deploytime-layer-fingerprint-v1\n${input}`);
    assert.equal(fingerprintOf(paths.map((path) => file(path))), digest);
    assert.equal(fingerprintOf(paths.toReversed().map((path) => file(path))), digest);
  });

  test('is 64 digits in lower case', () => {
    assert.ok(isFingerprint(fingerprintOf([])));
    assert.ok(!isFingerprint(fingerprintOf([]).toUpperCase()));
    assert.ok(!isFingerprint(`${fingerprintOf([])}\n`));
    assert.ok(!isFingerprint(undefined));
  });
});
