import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { parseExclusion } from '../../../handlers/layers/exclusion.ts';
import { type Fingerprint, fingerprintOf } from '../../../handlers/layers/fingerprint.ts';
import { fingerprintZip } from '../../../handlers/layers/zip.ts';
import { digestOf } from '../../../handlers/oci/digest.ts';
import { seededBytes } from '../../support/images/seeded-bytes.ts';
import { file, type RawEntry, rawZip, unicodePath } from '../../support/layers/raw-zip.ts';
import type { TreeFile } from '../../support/layers/tree.ts';
import { zipByFflate, zipByYazl } from '../../support/layers/zip-writers.ts';

const MIB = 1024 * 1024;
const WINDOWS = 0;
const MACOS = 19;

describe('the fingerprint of a zip', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploytime-zip-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const ofBytes = (bytes: Buffer, exclude: readonly string[] = []): Promise<Fingerprint> => {
    const path = join(folder, 'layer.zip');
    writeFileSync(path, bytes);
    return fingerprintZip(path, { exclude: parseExclusion(exclude) });
  };
  const of = (...entries: readonly RawEntry[]): Promise<Fingerprint> => ofBytes(rawZip(entries));
  const expected = (files: readonly Partial<TreeFile>[]): Fingerprint =>
    fingerprintOf(
      files.map(({ path = 'a', content = Buffer.from('x'), isExecutable = false }) => ({
        kind: 'file',
        path,
        isExecutable,
        sha256: digestOf(content).slice('sha256:'.length),
      })),
    );

  test('reads large files in pieces, stored and deflated, beside small ones', async () => {
    const files = [
      { path: 'random', content: seededBytes('random', 3 * MIB) },
      { path: 'text', content: Buffer.alloc(3 * MIB, 'The same line.\n') },
      { path: 'lib/small', content: Buffer.from('small') },
      { path: 'lib/middle', content: seededBytes('middle', 700_000) },
      { path: 'lib/empty', content: Buffer.alloc(0) },
    ].map((each) => ({ ...each, isExecutable: false }));
    const tree = { files, links: [], folders: [] };
    for (const seed of ['1', '2']) {
      assert.equal(await ofBytes(await zipByYazl(tree, seed)), expected(files), `yazl, ${seed}`);
      assert.equal(await ofBytes(zipByFflate(tree, seed)), expected(files), `fflate, ${seed}`);
    }
  });

  test('reads thousands of small files', async () => {
    const files = Array.from({ length: 3_000 }, (_, index) => ({
      path: `${index % 7}/${index}`,
      content: seededBytes(`${index}`, index % 900),
    }));
    const entries = files.map(({ path, content }, index) =>
      file(path, { content, method: index % 3 === 0 ? 0 : 8 }),
    );
    assert.equal(await of(...entries), expected(files));
  });

  test('inflates what looks like gzip within as what it is', async () => {
    // Not compressible, so that the heading is in the archive as it is here.
    const content = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), seededBytes('gzip', 300)]);
    const bytes = deflateRawSync(content, { level: 0 });
    assert.ok(bytes.includes(Buffer.from([0x1f, 0x8b, 8])));
    const text = Buffer.alloc(500, 'text ');
    assert.equal(
      await of(
        file('a', { content: text, method: 8 }),
        file('b', { content, bytes, method: 8 }),
        file('c', { content: '', method: 8 }),
        file('d', { content: text, method: 8 }),
      ),
      expected([
        { path: 'a', content: text },
        { path: 'b', content },
        { path: 'c', content: Buffer.alloc(0) },
        { path: 'd', content: text },
      ]),
    );
  });

  test('takes an empty file for one, in whatever way it is deflated', async () => {
    for (const hex of ['0300', '010000ffff', '000000ffff0300']) {
      const bytes = Buffer.from(hex, 'hex');
      const empty = { content: '', bytes, method: 8 };
      assert.equal(
        await of(file('a', empty), file('b', { method: 8 })),
        expected([{ path: 'a', content: Buffer.alloc(0) }, { path: 'b' }]),
        hex,
      );
      await assert.rejects(of(file('a', { ...empty, declared: { crc32: 1 } })), /CRC-32/, hex);
      const more = { ...empty, bytes: Buffer.concat([bytes, Buffer.from('x')]) };
      await assert.rejects(of(file('a', more)), /ends before its \d+ compressed bytes do$/, hex);
    }
  });

  test('takes modes from Unix and macOS, and none from Windows', async () => {
    const executable = { mode: 0o100755 };
    assert.equal(await of(file('a', executable)), expected([{ isExecutable: true }]));
    assert.equal(await of(file('a', { ...executable, host: MACOS })), expected([{ isExecutable: true }]));
    assert.equal(await of(file('a', { ...executable, host: WINDOWS })), expected([{}]));
    assert.equal(await of(file('a', { mode: 0o755 })), expected([{ isExecutable: true }]));
    assert.equal(await of(file('a', { mode: 0 })), expected([{}]));
  });

  test('takes names as UTF-8, whether flagged so, not flagged, or given beside another', async () => {
    const name = expected([{ path: 'é/日本' }]);
    assert.equal(await of(file('é/日本')), name);
    assert.equal(await of(file('é/日本', { flags: 0 })), name);
    assert.equal(await of(file('?/??', { flags: 0, extra: unicodePath('?/??', 'é/日本') })), name);
    // Made for another name: somebody renamed the entry and left the field.
    assert.equal(await of(file('b', { extra: unicodePath('a', 'é') })), expected([{ path: 'b' }]));
  });

  test('takes a path in any way that it can be written', async () => {
    assert.equal(await of(file('./a/b')), expected([{ path: 'a/b' }]));
    assert.equal(await of(file('./', { content: '' }), file('a//./b')), expected([{ path: 'a/b' }]));
    assert.equal(await of(file('..a/b..')), expected([{ path: '..a/b..' }]));
    assert.equal(
      await of(file('a', { mode: 0o040755, content: '' }), file('a/b')),
      expected([{ path: 'a/b' }]),
    );
  });

  test('ignores bytes between entries', async () => {
    const zip = rawZip([
      file('a'),
      file('b', { bytes: Buffer.alloc(MIB), declared: { compressedBytes: 1 } }),
    ]);
    await assert.rejects(ofBytes(zip), /CRC-32/);
    const gap = {
      bytes: Buffer.concat([Buffer.from('x'), Buffer.alloc(MIB)]),
      declared: { compressedBytes: 1 },
    };
    assert.equal(
      await of(file('a', gap), file('b', gap), file('c')),
      expected([{ path: 'a' }, { path: 'b' }, { path: 'c' }]),
    );
  });

  test('ends in the middle of a large file where its signal says so', async () => {
    const path = join(folder, 'layer.zip');
    writeFileSync(path, rawZip([file('a', { content: seededBytes('long', 20 * MIB), method: 0 })]));
    const enough = new AbortController();
    const reading = fingerprintZip(path, { signal: enough.signal });
    const reason = new Error('enough');
    setImmediate(() => enough.abort(reason));
    await assert.rejects(reading, reason);
  });

  test('leaves out what is excluded, and what is in an excluded folder', async () => {
    const zip = rawZip([
      file('a'),
      file('tests/', { content: '' }),
      file('tests/b'),
      file('c.md', { declared: { crc32: 1 } }),
    ]);
    assert.equal(await ofBytes(zip, ['tests/', '*.md']), expected([{ path: 'a' }]));
    assert.ok(crc32('x') !== 1);
  });
});
