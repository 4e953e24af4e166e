import assert from 'node:assert/strict';
import { buildArtifact } from '../../images/artifact.ts';
import { type Content, content, digestOf, jsonContent } from '../../images/content.ts';
import { buildImage, FORMATS, type Image } from '../../images/image.ts';
import { buildIndex } from '../../images/image-index.ts';
import { type RawAnswer, rawRequest, refusalCode } from '../raw-request.ts';
import type { CaseContext, RegistryCase } from '../registry-suite.ts';
import { locationOf, uploadBlob } from './uploads.ts';

const ACCEPT = Object.values(FORMATS)
  .flatMap(({ manifest, index }) => [manifest, index])
  .join(', ');
const IMAGE = buildImage({ seed: 'suite', layers: [1_000, 20_000] });
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

async function putManifest(
  { base }: CaseContext,
  { bytes, mediaType }: Pick<Content, 'bytes' | 'mediaType'>,
  reference: string,
): Promise<RawAnswer> {
  const headers = { 'content-type': mediaType };
  return await rawRequest('PUT', `${base}manifests/${reference}`, { headers, body: bytes });
}

async function readManifest(
  { base }: CaseContext,
  reference: string,
  method: 'GET' | 'HEAD' = 'GET',
  accept: string = ACCEPT,
): Promise<RawAnswer> {
  return await rawRequest(method, `${base}manifests/${reference}`, { headers: { accept } });
}

async function uploadAll(context: CaseContext, { blobs }: Image): Promise<void> {
  for (const { bytes } of blobs) await uploadBlob(context, bytes);
}

async function assertPushed(context: CaseContext, image: Image, tag: string): Promise<void> {
  await uploadAll(context, image);
  for (const manifest of image.manifests) {
    const reference = manifest === image.root ? tag : manifest.digest;
    const answer = await putManifest(context, manifest, reference);
    assert.equal(answer.status, 201, answer.body.toString());
    assert.equal(answer.headers['docker-content-digest'], manifest.digest);
    assert.equal(locationOf(context, answer), `${context.base}manifests/${manifest.digest}`);
  }
  for (const reference of [tag, image.root.digest]) {
    const answer = await readManifest(context, reference);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], image.root.mediaType);
    assert.equal(answer.headers['docker-content-digest'], image.root.digest);
    assert.ok(answer.body.equals(image.root.bytes), 'the manifest has other bytes');
  }
}

function assertRefused(answer: RawAnswer, statuses: readonly number[], code: string): void {
  assert.ok(statuses.includes(answer.status), `the status is ${answer.status}: ${answer.body}`);
  assert.equal(refusalCode(answer), code);
}

/** How manifests come in and go out. */
export const MANIFEST_CASES: readonly RegistryCase[] = [
  ...(['oci', 'docker'] as const).flatMap((format): RegistryCase[] => [
    {
      title: `keeps an image byte for byte (${format})`,
      run: (context) => assertPushed(context, buildImage({ seed: 'suite', format }), 'v1'),
    },
    {
      title: `keeps an index with its images (${format})`,
      run: (context) => assertPushed(context, buildIndex({ seed: 'suite', format, layers: [1_000] }), 'v1'),
    },
  ]),
  {
    title: 'keeps attestations beside images',
    run: (context) => assertPushed(context, buildIndex({ attestations: true, layers: [1_000] }), 'v1'),
  },
  {
    title: 'keeps an artifact that refers to an image',
    run: async (context) => {
      await assertPushed(context, IMAGE, 'v1');
      await assertPushed(context, buildArtifact({ subject: IMAGE }), 'signature');
    },
  },
  {
    title: 'keeps a manifest by its digest alone',
    run: async (context) => {
      await uploadAll(context, IMAGE);
      assert.equal((await putManifest(context, IMAGE.root, IMAGE.root.digest)).status, 201);
      assert.equal((await readManifest(context, IMAGE.root.digest)).status, 200);
    },
  },
  {
    title: "answers HEAD with a manifest's size, type and digest",
    run: async (context) => {
      await assertPushed(context, IMAGE, 'v1');
      const { status, headers, body } = await readManifest(context, 'v1', 'HEAD');
      assert.equal(status, 200);
      assert.equal(headers['content-length'], String(IMAGE.root.bytes.length));
      assert.equal(headers['content-type'], IMAGE.root.mediaType);
      assert.equal(headers['docker-content-digest'], IMAGE.root.digest);
      assert.equal(body.length, 0);
    },
  },
  {
    title: 'moves a tag, and keeps what it led to before',
    run: async (context) => {
      const next = buildImage({ seed: 'next', layers: [1_000] });
      await assertPushed(context, IMAGE, 'v1');
      await assertPushed(context, next, 'v1');
      assert.equal((await readManifest(context, IMAGE.root.digest)).status, 200);
    },
  },
  {
    title: 'lists its tags in order',
    run: async (context) => {
      await assertPushed(context, IMAGE, 'v2');
      await assertPushed(context, IMAGE, 'v1');
      const { body } = await rawRequest('GET', `${context.base}tags/list`);
      assert.deepEqual(JSON.parse(body.toString()), { name: context.name, tags: ['v1', 'v2'] });
    },
  },
  {
    title: 'does not know a manifest that nobody put',
    run: async (context) => {
      await assertPushed(context, IMAGE, 'v1');
      for (const reference of ['v2', digestOf(Buffer.from('other'))]) {
        assertRefused(await readManifest(context, reference), [404], 'MANIFEST_UNKNOWN');
        assert.equal((await readManifest(context, reference, 'HEAD')).status, 404);
      }
    },
  },
  {
    title: 'does not give a type that is not accepted',
    about: ['checks-accept'],
    run: async (context) => {
      await assertPushed(context, IMAGE, 'v1');
      const answer = await readManifest(context, 'v1', 'GET', FORMATS.docker.manifest);
      assertRefused(answer, [404], 'MANIFEST_UNKNOWN');
    },
  },
  {
    title: 'refuses a manifest before its blobs',
    about: ['checks-blobs'],
    run: async (context) => {
      const [config, ...layers] = IMAGE.blobs;
      assert.ok(config);
      for (const { bytes } of layers) await uploadBlob(context, bytes);
      assertRefused(await putManifest(context, IMAGE.root, 'v1'), [400, 404], 'MANIFEST_BLOB_UNKNOWN');
      await uploadBlob(context, config.bytes);
      assert.equal((await putManifest(context, IMAGE.root, 'v1')).status, 201);
    },
  },
  {
    title: 'refuses an index before its images',
    about: ['checks-children'],
    run: async (context) => {
      const index = buildIndex({ seed: 'suite', layers: [1_000] });
      await uploadAll(context, index);
      const [first] = index.manifests;
      assert.ok(first);
      assert.equal((await putManifest(context, first, first.digest)).status, 201);
      assertRefused(await putManifest(context, index.root, 'v1'), [400, 404], 'MANIFEST_BLOB_UNKNOWN');
    },
  },
  {
    title: 'refuses a manifest that gives a blob another size',
    about: ['checks-descriptor-sizes'],
    run: async (context) => {
      await uploadAll(context, IMAGE);
      const document = JSON.parse(IMAGE.root.bytes.toString()) as { layers: { size: number }[] };
      const layers = document.layers.map((layer) => ({ ...layer, size: layer.size + 1 }));
      const wrong = jsonContent(IMAGE.root.mediaType, { ...document, layers });
      assertRefused(await putManifest(context, wrong, 'v1'), [400, 404], 'MANIFEST_BLOB_UNKNOWN');
    },
  },
  {
    title: 'refuses a manifest of another digest than its address',
    about: ['checks-manifest-digests'],
    run: async (context) => {
      await uploadAll(context, IMAGE);
      const answer = await putManifest(context, IMAGE.root, digestOf(Buffer.from('other')));
      assertRefused(answer, [400], 'DIGEST_INVALID');
    },
  },
  {
    title: 'refuses a manifest that is put as another type than its own',
    about: ['checks-manifest-types'],
    run: async (context) => {
      await uploadAll(context, IMAGE);
      const { bytes } = IMAGE.root;
      const answer = await putManifest(context, content(FORMATS.docker.manifest, bytes), 'v1');
      assertRefused(answer, [400], 'MANIFEST_INVALID');
    },
  },
  {
    title: 'refuses what is no manifest',
    about: ['checks-manifests'],
    run: async (context) => {
      await uploadAll(context, IMAGE);
      for (const text of ['{', '[]', '{"schemaVersion":2}']) {
        const answer = await putManifest(context, content(FORMATS.oci.manifest, Buffer.from(text)), 'v1');
        assert.equal(answer.status, 400, text);
      }
    },
  },
  {
    title: 'refuses a manifest over 4 MiB',
    about: ['bounds-manifests'],
    run: async (context) => {
      await uploadAll(context, IMAGE);
      const padding = Buffer.alloc(MAX_MANIFEST_BYTES, ' ');
      const large = content(IMAGE.root.mediaType, Buffer.concat([IMAGE.root.bytes, padding]));
      const { status } = await putManifest(context, large, 'v1');
      assert.ok(status === 400 || status === 413, `the status is ${status}`);
    },
  },
  {
    title: 'refuses a repository name with capitals',
    run: async ({ origin }) => {
      const answer = await rawRequest('POST', `${origin}/v2/Suite/App/blobs/uploads/`, {
        body: Buffer.alloc(0),
      });
      assert.ok(answer.status === 400 || answer.status === 404, `the status is ${answer.status}`);
    },
  },
];
