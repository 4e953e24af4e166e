import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildImage } from '../images/image.ts';
import { buildIndex } from '../images/image-index.ts';
import { storeImage } from '../images/push-image.ts';
import { ManifestDocumentError } from './manifest-document.ts';
import { RegistryStore } from './registry-store.ts';

const INDEX = buildIndex({ layers: [100] });
const [AMD64, ARM64] = INDEX.images;
assert.ok(AMD64 && ARM64);

function storeWithIndex() {
  const store = new RegistryStore();
  storeImage(store, 'app', INDEX, 'v1');
  return store.getRepository('app');
}

describe('a repository', () => {
  test('finds a manifest by its tag and by its digest', () => {
    const repository = storeWithIndex();
    const byTag = repository.findManifest('v1');
    assert.equal(byTag?.digest, INDEX.root.digest);
    assert.equal(repository.findManifest(INDEX.root.digest), byTag);
    assert.equal(repository.findManifest('v2'), undefined);
    assert.equal(repository.findManifest(`sha256:${'0'.repeat(64)}`), undefined);
  });

  test("knows a manifest's tags and the indexes that name it", () => {
    const repository = storeWithIndex();
    repository.putManifest(INDEX.root.bytes, INDEX.root.mediaType, 'latest');
    assert.deepEqual(repository.tagsOf(INDEX.root.digest), ['latest', 'v1']);
    assert.deepEqual(repository.tagsOf(AMD64.root.digest), []);
    assert.deepEqual(
      repository.indexesOf(AMD64.root.digest).map(({ digest }) => digest),
      [INDEX.root.digest],
    );
    assert.deepEqual(repository.indexesOf(INDEX.root.digest), []);
  });

  test('loses a tag without its manifest, and a manifest with its tags', () => {
    const repository = storeWithIndex();
    repository.putManifest(INDEX.root.bytes, INDEX.root.mediaType, 'latest');
    assert.equal(repository.removeTag('latest'), true);
    assert.equal(repository.removeTag('latest'), false);
    assert.ok(repository.findManifest('v1'));
    assert.equal(repository.removeManifest(INDEX.root.digest), true);
    assert.equal(repository.findManifest('v1'), undefined);
    assert.equal(repository.removeManifest(INDEX.root.digest), false);
  });

  test('keeps the time of the first push', () => {
    const repository = storeWithIndex();
    const before = repository.findManifest('v1')?.pushedAt;
    assert.equal(repository.putManifest(INDEX.root.bytes, INDEX.root.mediaType, 'v1').pushedAt, before);
  });

  test('says what a manifest lacks', () => {
    const store = new RegistryStore();
    const repository = store.createRepository('app');
    const { document } = repository.putManifest(AMD64.root.bytes, AMD64.root.mediaType);
    assert.deepEqual(
      repository.missing(document).map(({ digest }) => digest),
      AMD64.blobs.map(({ digest }) => digest),
    );
    for (const { bytes } of AMD64.blobs) repository.putBlob(bytes);
    assert.deepEqual(repository.missing(document), []);
    const index = repository.putManifest(INDEX.root.bytes, INDEX.root.mediaType);
    assert.deepEqual(
      repository.missing(index.document).map(({ digest }) => digest),
      [ARM64.root.digest],
    );
  });

  test('takes no manifest that is none', () => {
    const repository = new RegistryStore().createRepository('app');
    const { config, layers } = JSON.parse(buildImage().root.bytes.toString());
    const WRONG: readonly unknown[] = [
      [],
      { schemaVersion: 1, config, layers },
      { schemaVersion: 2 },
      { schemaVersion: 2, config },
      { schemaVersion: 2, layers },
      { schemaVersion: 2, config, layers, manifests: [] },
      { schemaVersion: 2, config: { ...config, digest: 'sha256:abc' }, layers },
      { schemaVersion: 2, config: { ...config, size: '1' }, layers },
      { schemaVersion: 2, config, layers: [{ ...config, mediaType: 'layer' }] },
      { schemaVersion: 2, manifests: {} },
    ];
    for (const document of WRONG) {
      const bytes = Buffer.from(JSON.stringify(document));
      assert.throws(() => repository.putManifest(bytes, 'any/type'), ManifestDocumentError, bytes.toString());
    }
  });
});

test('a store has each repository once', () => {
  const store = new RegistryStore();
  store.createRepository('app', { immutable: true });
  assert.equal(store.getRepository('app').immutable, true);
  assert.throws(() => store.createRepository('app'), /is there already/);
  assert.throws(() => store.getRepository('other'), /no repository other/);
  assert.equal(store.findRepository('other'), undefined);
});
