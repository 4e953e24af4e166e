import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fingerprintDirectory } from '../../../handlers/layers/directory.ts';
import { fingerprintOf } from '../../../handlers/layers/fingerprint.ts';
import { readZip } from '../../../handlers/layers/zip.ts';
import { buildExampleLayer, type LayerBuild } from '../../../local/layer/example-layer.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'stacks', 'examples', 'layer');
const FIRST: LayerBuild = { builtAt: new Date('2026-01-01') };

describe("the example's layer as a zip", () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-layer-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function build(options: LayerBuild) {
    const file = join(folder, 'layer.zip');
    await buildExampleLayer(file, options);
    const { entries, bytes } = await readZip(file);
    return { zip: await readFile(file), fingerprint: fingerprintOf(entries), bytes };
  }

  test('contains what the folder does', async () => {
    const { fingerprint } = await build(FIRST);
    assert.equal(fingerprint, fingerprintDirectory(EXAMPLE));
  });

  test('is the same bytes for the same build', async () => {
    assert.ok((await build(FIRST)).zip.equals((await build(FIRST)).zip));
  });

  test('is another zip of the same content with another time, and in another order', async () => {
    const first = await build(FIRST);
    for (const options of [{ builtAt: new Date('2026-01-02') }, { ...FIRST, isReversed: true }]) {
      const again = await build(options);
      assert.ok(!again.zip.equals(first.zip));
      assert.equal(again.fingerprint, first.fingerprint);
    }
  });

  test('is changed by one byte', async () => {
    const first = await build(FIRST);
    const changed = await build({ ...FIRST, isChanged: true });
    assert.notEqual(changed.fingerprint, first.fingerprint);
    assert.equal(changed.bytes, first.bytes);
  });
});
