import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { ask, assertFailed, inWorld } from '../../support/ecr-image/ask.ts';
import { ECR_HOST, REPOSITORY } from '../../support/ecr-image/ecr-image-world.ts';
import { buildImage } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';

const URI = `${ECR_HOST}/${REPOSITORY}`;

describe('Custom::EcrImage', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  test(
    'copies the source where the tag has no image, and answers with what is there then',
    inWorld(async (world) => {
      const { one } = world.images;
      const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      assert.match(answer.PhysicalResourceId, /#[0-9a-f]{12}$/);
      assert.ok(answer.PhysicalResourceId.startsWith(`${URI}:initial@${one.root.digest}#`));
      assert.deepEqual(answer.Data, {
        Tag: 'initial',
        Digest: one.root.digest,
        ImageUri: `${URI}@${one.root.digest}`,
        TaggedImageUri: `${URI}:initial`,
        RepositoryUri: URI,
        Origin: 'source',
      });
      assert.deepEqual(world.observe().tags, { initial: one.root.digest });
    }),
  );

  test(
    'makes one call to ECR and writes nothing where the tag has an image',
    inWorld(async (world) => {
      const theirs = buildImage({ seed: 'theirs' });
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.PhysicalResourceId, `${URI}:initial`);
      assert.equal(answer.Data.Origin, 'existing');
      assert.equal(answer.Data.Digest, theirs.root.digest);
      assert.deepEqual(
        world.api.calls.map(({ action }) => action),
        ['BatchGetImage'],
      );
      assert.equal(world.ecr.requests.length + world.source.requests.length, 0);
    }),
  );

  test(
    'overwrites what is there where OnExisting says so, and once only',
    inWorld(async (world) => {
      storeImage(world.ecr.store, REPOSITORY, buildImage({ seed: 'theirs' }), 'initial');
      const properties = { Source: world.sourceOf('1'), OnExisting: 'overwrite' };
      const first = await ask(world, server, 'Create', properties);
      assert.equal(first.Data.Digest, world.images.one.root.digest);
      const putsBefore = world.ecr.log.count('PUT', /manifests/);
      const second = await ask(
        world,
        server,
        'Update',
        { ...properties, DeploymentId: '2' },
        { id: first.PhysicalResourceId },
      );
      assert.deepEqual(second.Data, first.Data);
      assert.equal(second.PhysicalResourceId, first.PhysicalResourceId);
      assert.equal(world.ecr.log.count('PUT', /manifests/), putsBefore);
    }),
  );

  test(
    'follows a changed Source where the tag still has what it put there',
    inWorld(async (world) => {
      const old = { Source: world.sourceOf('1') };
      const first = await ask(world, server, 'Create', old);
      const changed = { Source: world.sourceOf('2') };
      const second = await ask(world, server, 'Update', changed, { id: first.PhysicalResourceId, old });
      assert.equal(second.Data.Digest, world.images.two.root.digest);
      assert.notEqual(second.PhysicalResourceId, first.PhysicalResourceId);
    }),
  );

  test(
    "leaves somebody else's push alone when Source changes, and when the resource goes",
    inWorld(async (world) => {
      const old = { Source: world.sourceOf('1'), OnDelete: 'delete' };
      const first = await ask(world, server, 'Create', old);
      const theirs = buildImage({ seed: 'theirs' });
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      const changed = { ...old, Source: world.sourceOf('2') };
      const second = await ask(world, server, 'Update', changed, { id: first.PhysicalResourceId, old });
      assert.equal(second.Data.Origin, 'existing');
      assert.ok(second.PhysicalResourceId.startsWith(`${URI}:initial#,`), second.PhysicalResourceId);
      for (const id of [first.PhysicalResourceId, second.PhysicalResourceId]) {
        assert.equal((await ask(world, server, 'Delete', changed, { id })).Status, 'SUCCESS');
      }
      assert.deepEqual(world.observe(), {
        tags: { initial: theirs.root.digest },
        manifests: [theirs.root.digest],
      });
    }),
  );

  test(
    'copies again what expired since',
    inWorld(async (world) => {
      const properties = { Source: world.sourceOf('1') };
      const first = await ask(world, server, 'Create', properties);
      world.ecr.store.getRepository(REPOSITORY).removeManifest(first.Data.Digest ?? '');
      const again = await ask(
        world,
        server,
        'Update',
        { ...properties, DeploymentId: '2' },
        { id: first.PhysicalResourceId, old: properties },
      );
      assert.equal(again.PhysicalResourceId, first.PhysicalResourceId);
      assert.deepEqual(again.Data, first.Data);
      assert.deepEqual(world.observe().tags, { initial: first.Data.Digest });
    }),
  );

  test(
    'keeps what the application pushed while it was copying',
    inWorld(async (world) => {
      const theirs = buildImage({ seed: 'theirs' });
      const hold = world.hold();
      const asked = ask(world, server, 'Create', { Source: world.sourceOf('1') });
      await hold.reached;
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      hold.release();
      const answer = await asked;
      assert.equal(answer.Data.Origin, 'existing');
      assert.equal(answer.Data.Digest, theirs.root.digest);
      assert.deepEqual(world.observe().tags, { initial: theirs.root.digest });
    }),
  );

  test(
    'two deployments that race both succeed, and agree with what is there in the end',
    inWorld(async (world) => {
      const answers = await Promise.all(
        ['1', '1', '1'].map((tag) => ask(world, server, 'Create', { Source: world.sourceOf(tag) })),
      );
      const { tags } = world.observe();
      for (const answer of answers) {
        assert.equal(answer.Status, 'SUCCESS', answer.Reason);
        assert.equal(answer.Data.Digest, tags.initial);
      }
    }),
  );

  test(
    'with immutable tags the first push wins a race, and the other deployment keeps it',
    inWorld(
      async (world) => {
        const theirs = buildImage({ seed: 'theirs' });
        // Theirs comes after the last look and before the put.
        let looks = 0;
        const push = (): void => {
          looks += 1;
          if (looks === 2) queueMicrotask(() => storeImage(world.ecr.store, REPOSITORY, theirs, 'initial'));
        };
        world.api.before('BatchGetImage', push);
        world.api.before('BatchGetImage', push);
        const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
        assert.equal(answer.Status, 'SUCCESS', answer.Reason);
        assert.equal(answer.Data.Digest, theirs.root.digest);
        assert.equal(answer.Data.Origin, 'existing');
      },
      { immutable: true },
    ),
  );

  test(
    'with immutable tags a changed Source is a clear failure, and the image stays',
    inWorld(
      async (world) => {
        const old = { Source: world.sourceOf('1') };
        const first = await ask(world, server, 'Create', old);
        const id = first.PhysicalResourceId;
        const answer = await ask(world, server, 'Update', { Source: world.sourceOf('2') }, { id, old });
        assertFailed(
          answer,
          /^AlreadyExists: team\/app:initial has an image \(sha256:[0-9a-f]{64}\) and the repository's tags are immutable.*Use another Tag/,
        );
        assert.equal(answer.PhysicalResourceId, id);
        assert.deepEqual(world.observe().tags, { initial: first.Data.Digest });
      },
      { immutable: true },
    ),
  );

  test(
    'takes the platform out of an index, and keeps the whole of it for `all`',
    inWorld(async (world) => {
      const { index } = world.images;
      const arm = await ask(world, server, 'Create', {
        Source: world.sourceOf('index'),
        Platform: 'linux/arm64',
        UsedBy: 'lambda',
      });
      assert.equal(arm.Data.Digest, index.images[1]?.root.digest);
      const all = await ask(world, server, 'Create', {
        Source: world.sourceOf('index'),
        Platform: 'all',
        Tag: 'all',
        OnDelete: 'delete',
      });
      assert.equal(all.Data.Digest, index.root.digest);
      await ask(world, server, 'Delete', { OnDelete: 'delete', Tag: 'all' }, { id: all.PhysicalResourceId });
      // The image that has a tag of its own stays, the index and its other image go.
      assert.deepEqual(world.observe(), {
        tags: { initial: index.images[1]?.root.digest },
        manifests: [index.images[1]?.root.digest],
      });
    }),
  );

  test(
    "leaves its image where somebody's index names it",
    inWorld(async (world) => {
      const properties = { Source: world.sourceOf('index'), OnDelete: 'delete' };
      const first = await ask(world, server, 'Create', properties);
      storeImage(world.ecr.store, REPOSITORY, world.images.index, 'theirs');
      const before = world.observe();
      const deleted = await ask(world, server, 'Delete', properties, { id: first.PhysicalResourceId });
      assert.equal(deleted.Status, 'SUCCESS', deleted.Reason);
      assert.deepEqual(world.observe(), before);
    }),
  );

  test(
    'OnDelete: placeholder and retain remove nothing of what came from a source',
    inWorld(async (world) => {
      const first = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
      const id = first.PhysicalResourceId;
      for (const OnDelete of ['placeholder', 'retain', 'nonsense']) {
        const deleted = await ask(world, server, 'Delete', { OnDelete }, { id });
        assert.equal(deleted.Status, 'SUCCESS');
      }
      assert.deepEqual(world.observe().tags, { initial: first.Data.Digest });
    }),
  );
});
