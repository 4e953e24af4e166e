import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { type Answered, ask, inWorld } from '../../support/ecr-image/ask.ts';
import { ECR_HOST, type EcrImageWorld, REPOSITORY } from '../../support/ecr-image/ecr-image-world.ts';
import { buildImage } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';

const URI = `${ECR_HOST}/${REPOSITORY}`;
const NOTHING = { tags: {}, manifests: [] };

/** Which requests the registry got, without the parts that differ from run to run. */
function requestsTo({ ecr }: EcrImageWorld): string[] {
  return ecr.requests.map(({ method, path }) => {
    const place = path.replace(`/v2/${REPOSITORY}/`, '').replace(/sha256:[0-9a-f]{64}/, '<digest>');
    return `${method} ${place.replace(/^blobs\/uploads\/.+/, 'blobs/uploads/<session>')}`;
  });
}

function assertSucceeded(answer: Answered): void {
  assert.equal(answer.Status, 'SUCCESS', answer.Reason);
}

describe('Custom::EcrImage with the placeholder', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  for (const properties of [{}, { Source: 'placeholder' }]) {
    test(
      `puts it where the tag has no image (${JSON.stringify(properties)}), and asks no other registry`,
      inWorld(async (world) => {
        const allowed = { ports: { allowedSourceRegistries: ['public.ecr.aws'] } };
        const answer = await ask(world, server, 'Create', { ...properties, UsedBy: 'lambda' }, allowed);
        assertSucceeded(answer);
        const { digest } = world.placeholders.present.images['linux/amd64'].descriptor;
        assert.ok(answer.PhysicalResourceId.startsWith(`${URI}:initial@${digest}#`));
        assert.deepEqual(answer.Data, {
          Tag: 'initial',
          Digest: digest,
          ImageUri: `${URI}@${digest}`,
          TaggedImageUri: `${URI}:initial`,
          RepositoryUri: URI,
          Origin: 'placeholder',
        });
        assert.deepEqual(world.observe(), { tags: { initial: digest }, manifests: [digest] });
        assert.equal(world.source.requests.length, 0);
      }),
    );
  }

  test(
    'makes no more requests than the image has parts',
    inWorld(async (world) => {
      assertSucceeded(await ask(world, server, 'Create', {}));
      const blob = ['HEAD blobs/<digest>', 'POST blobs/uploads/', 'PUT blobs/uploads/<session>'];
      assert.deepEqual(requestsTo(world).toSorted(), [...blob, ...blob, 'PUT manifests/initial'].toSorted());
      assert.deepEqual(
        world.api.calls.map(({ action }) => action),
        ['BatchGetImage', 'GetAuthorizationToken', 'BatchGetImage'],
      );
    }),
  );

  test(
    'makes one call to ECR where the tag has it already, and says what it is',
    inWorld(async (world) => {
      const first = await ask(world, server, 'Create', {});
      const { length } = world.ecr.requests;
      const calls = world.api.calls.length;
      const other = await ask(world, server, 'Create', {});
      assert.deepEqual(other.Data, first.Data);
      // What another resource put there is not this one's to remove.
      assert.equal(other.PhysicalResourceId, `${URI}:initial`);
      assert.equal(world.ecr.requests.length, length);
      assert.deepEqual(
        world.api.calls.slice(calls).map(({ action }) => action),
        ['BatchGetImage'],
      );
    }),
  );

  test(
    'puts the image of the platform, or the index of both, and takes away all that it put',
    inWorld(async (world) => {
      const { index, images } = world.placeholders.present;
      const arm = await ask(world, server, 'Create', { Platform: 'linux/arm64', Tag: 'arm' });
      assert.equal(arm.Data.Digest, images['linux/arm64'].descriptor.digest);
      const all = await ask(world, server, 'Create', { Platform: 'all' });
      assert.equal(all.Data.Digest, index.descriptor.digest);
      assert.equal(all.Data.Origin, 'placeholder');
      assert.equal(world.observe().manifests.length, 3);
      assertSucceeded(
        await ask(world, server, 'Delete', { Platform: 'all' }, { id: all.PhysicalResourceId }),
      );
      // The image that has a tag of its own stays.
      const { digest } = images['linux/arm64'].descriptor;
      assert.deepEqual(world.observe(), { tags: { arm: digest }, manifests: [digest] });
      await ask(world, server, 'Delete', { Tag: 'arm' }, { id: arm.PhysicalResourceId });
      assert.deepEqual(world.observe(), NOTHING);
    }),
  );

  test(
    'keeps what an earlier release put there, and removes it with the resource',
    inWorld(async (world) => {
      const { digest } = world.placeholders.earlier.images['linux/amd64'].descriptor;
      const first = await ask(world, server, 'Create', {}, { ports: world.earlierRelease });
      assert.equal(first.Data.Digest, digest);
      const id = first.PhysicalResourceId;
      const updated = await ask(world, server, 'Update', { DeploymentId: '2' }, { id, old: {} });
      assert.equal(updated.PhysicalResourceId, id);
      assert.deepEqual(updated.Data, first.Data);
      assert.equal(updated.Data.Origin, 'placeholder');
      assertSucceeded(await ask(world, server, 'Delete', {}, { id }));
      assert.deepEqual(world.observe(), NOTHING);
    }),
  );

  test(
    'takes its own present placeholder where OnExisting is overwrite',
    inWorld(async (world) => {
      const properties = { OnExisting: 'overwrite' };
      const first = await ask(world, server, 'Create', properties, { ports: world.earlierRelease });
      const id = first.PhysicalResourceId;
      const updated = await ask(world, server, 'Update', { ...properties, DeploymentId: '2' }, { id });
      const { digest } = world.placeholders.present.images['linux/amd64'].descriptor;
      assert.equal(updated.Data.Digest, digest);
      assert.deepEqual(world.observe().tags, { initial: digest });
    }),
  );

  test(
    'gives way to a Source, and goes with the resource although an image has its tag',
    inWorld(async (world) => {
      const first = await ask(world, server, 'Create', {});
      const changed = { Source: world.sourceOf('1') };
      const id = first.PhysicalResourceId;
      const second = await ask(world, server, 'Update', changed, { id, old: {} });
      const { digest } = world.images.one.root;
      assert.equal(second.Data.Digest, digest);
      assert.equal(second.Data.Origin, 'source');
      // A function's versions may still use it, so it stays for one more change.
      await ask(world, server, 'Delete', {}, { id });
      assert.equal(world.observe().manifests.length, 2);
      await ask(world, server, 'Delete', changed, { id: second.PhysicalResourceId });
      assert.deepEqual(world.observe(), { tags: { initial: digest }, manifests: [digest] });
    }),
  );

  test(
    "leaves somebody else's push, and an image of a source, where the resource goes",
    inWorld(async (world) => {
      const first = await ask(world, server, 'Create', {});
      const theirs = buildImage({ seed: 'theirs' });
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      assertSucceeded(await ask(world, server, 'Delete', {}, { id: first.PhysicalResourceId }));
      assert.deepEqual(world.observe().tags, { initial: theirs.root.digest });

      const properties = { Source: world.sourceOf('1'), Tag: 'copied' };
      const copied = await ask(world, server, 'Create', properties);
      const calls = world.api.calls.length;
      assertSucceeded(await ask(world, server, 'Delete', properties, { id: copied.PhysicalResourceId }));
      assert.equal(world.observe().tags.copied, world.images.one.root.digest);
      assert.equal(world.api.calls.length, calls, 'it has nothing to look for');
    }),
  );

  for (const OnDelete of ['retain', 'nonsense']) {
    test(
      `stays where OnDelete is ${OnDelete}`,
      inWorld(async (world) => {
        const first = await ask(world, server, 'Create', {});
        assertSucceeded(await ask(world, server, 'Delete', { OnDelete }, { id: first.PhysicalResourceId }));
        assert.deepEqual(world.observe().tags, { initial: first.Data.Digest });
      }),
    );
  }

  test(
    'keeps its other tags where one of two resources goes',
    inWorld(async (world) => {
      const one = await ask(world, server, 'Create', {});
      const other = await ask(world, server, 'Create', { Tag: 'next' });
      await ask(world, server, 'Delete', {}, { id: one.PhysicalResourceId });
      assert.deepEqual(world.observe().tags, { next: other.Data.Digest });
      await ask(world, server, 'Delete', { Tag: 'next' }, { id: other.PhysicalResourceId });
      assert.deepEqual(world.observe(), NOTHING);
    }),
  );

  test(
    'is told by its digest, whoever put it there',
    inWorld(async (world) => {
      const { index } = world.placeholders.earlier;
      const stored = world.ecr.store.getRepository(REPOSITORY);
      for (const bytes of world.placeholders.earlier.blobs.values()) stored.putBlob(bytes);
      for (const content of Object.values(world.placeholders.earlier.images)) {
        stored.putManifest(content.bytes, content.descriptor.mediaType, undefined);
      }
      stored.putManifest(index.bytes, index.descriptor.mediaType, 'initial');
      const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.Data.Digest, index.descriptor.digest);
      assert.equal(answer.Data.Origin, 'placeholder');
      assert.equal(answer.PhysicalResourceId, `${URI}:initial`);
    }),
  );

  test(
    'keeps what the application pushed meanwhile',
    inWorld(async (world) => {
      const theirs = buildImage({ seed: 'theirs' });
      const hold = world.hold();
      const asked = ask(world, server, 'Create', {});
      await hold.reached;
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      hold.release();
      const answer = await asked;
      assert.equal(answer.Data.Origin, 'existing');
      assert.deepEqual(world.observe().tags, { initial: theirs.root.digest });
    }),
  );
});
