import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { EcrImagePorts } from '../../../handlers/resources/ecr-image.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  ECR_HOST,
  type EcrImageWorld,
  type EcrImageWorldOptions,
  REPOSITORY,
  SOURCE_REPOSITORY,
  startEcrImageWorld,
} from '../../support/ecr-image/ecr-image-world.ts';
import { buildArtifact } from '../../support/images/artifact.ts';
import { buildImage, LINUX_ARM64 } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';
import { requestEvent, STACK_ID } from '../../support/provider/events.ts';
import { REGION, testContext } from '../../support/provider/provider.ts';

const URI = `${ECR_HOST}/${REPOSITORY}`;

/** One answer, and the reason of a failure. */
interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

describe('Custom::EcrImage', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  /** Sends one request to a new instance of the function. */
  async function ask(
    world: EcrImageWorld,
    requestType: 'Create' | 'Update' | 'Delete',
    properties: Record<string, string>,
    more: { id?: string; old?: Record<string, string>; ports?: Partial<EcrImagePorts> } = {},
  ): Promise<Answered> {
    const instance = world.startInstance({ responseOrigin: server.origin, ...more.ports });
    const issued = server.issue({
      stackId: STACK_ID,
      logicalId: 'Image',
      requestId: crypto.randomUUID(),
      region: REGION,
    });
    const withDefaults = { RepositoryName: REPOSITORY, ...properties };
    await instance.handler(
      requestEvent(requestType, issued.url, {
        ResourceType: 'Custom::EcrImage',
        ResourceProperties: withDefaults,
        ...(more.id !== undefined && { PhysicalResourceId: more.id }),
        ...(requestType === 'Update' && {
          OldResourceProperties: { RepositoryName: REPOSITORY, ...(more.old ?? properties) },
        }),
      }),
      testContext(),
    );
    assert.equal(issued.puts.length, 1);
    return JSON.parse(String(issued.puts[0]?.body)) as Answered;
  }

  /** A world of its own for each test; at its end no server has found fault with a request. */
  const inWorld =
    (run: (world: EcrImageWorld) => Promise<void>, options: EcrImageWorldOptions = {}) =>
    async () => {
      await using world = await startEcrImageWorld(options);
      await run(world);
      assert.deepEqual(world.violations(), []);
    };

  const assertFailed = (answer: Answered, reason: RegExp): void => {
    assert.equal(answer.Status, 'FAILED');
    assert.match(answer.Reason, reason);
  };

  test(
    'copies the source where the tag has no image, and answers with what is there then',
    inWorld(async (world) => {
      const { one } = world.images;
      const answer = await ask(world, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
      assert.equal(answer.PhysicalResourceId, `${URI}:initial@${one.root.digest}`);
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
      const answer = await ask(world, 'Create', { Source: world.sourceOf('1') });
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
      const first = await ask(world, 'Create', properties);
      assert.equal(first.Data.Digest, world.images.one.root.digest);
      const putsBefore = world.ecr.log.count('PUT', /manifests/);
      const second = await ask(
        world,
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
      const first = await ask(world, 'Create', old);
      const changed = { Source: world.sourceOf('2') };
      const second = await ask(world, 'Update', changed, { id: first.PhysicalResourceId, old });
      assert.equal(second.Data.Digest, world.images.two.root.digest);
      assert.notEqual(second.PhysicalResourceId, first.PhysicalResourceId);
    }),
  );

  test(
    "leaves somebody else's push alone when Source changes, and when the resource goes",
    inWorld(async (world) => {
      const old = { Source: world.sourceOf('1'), OnDelete: 'delete' };
      const first = await ask(world, 'Create', old);
      const theirs = buildImage({ seed: 'theirs' });
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      const changed = { ...old, Source: world.sourceOf('2') };
      const second = await ask(world, 'Update', changed, { id: first.PhysicalResourceId, old });
      assert.equal(second.Data.Origin, 'existing');
      assert.equal(second.PhysicalResourceId, `${URI}:initial`);
      for (const id of [first.PhysicalResourceId, second.PhysicalResourceId]) {
        assert.equal((await ask(world, 'Delete', changed, { id })).Status, 'SUCCESS');
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
      const first = await ask(world, 'Create', properties);
      world.ecr.store.getRepository(REPOSITORY).removeManifest(first.Data.Digest ?? '');
      const again = await ask(
        world,
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
      const asked = ask(world, 'Create', { Source: world.sourceOf('1') });
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
        ['1', '1', '1'].map((tag) => ask(world, 'Create', { Source: world.sourceOf(tag) })),
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
        const answer = await ask(world, 'Create', { Source: world.sourceOf('1') });
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
        const first = await ask(world, 'Create', old);
        const id = first.PhysicalResourceId;
        const answer = await ask(world, 'Update', { Source: world.sourceOf('2') }, { id, old });
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
      const arm = await ask(world, 'Create', {
        Source: world.sourceOf('index'),
        Platform: 'linux/arm64',
        UsedBy: 'lambda',
      });
      assert.equal(arm.Data.Digest, index.images[1]?.root.digest);
      const all = await ask(world, 'Create', {
        Source: world.sourceOf('index'),
        Platform: 'all',
        Tag: 'all',
        OnDelete: 'delete',
      });
      assert.equal(all.Data.Digest, index.root.digest);
      await ask(world, 'Delete', { OnDelete: 'delete', Tag: 'all' }, { id: all.PhysicalResourceId });
      // The image that has a tag of its own stays, the index and its other image go.
      assert.deepEqual(world.observe(), {
        tags: { initial: index.images[1]?.root.digest },
        manifests: [index.images[1]?.root.digest],
      });
    }),
  );

  test(
    'OnDelete: placeholder and retain remove nothing of what came from a source',
    inWorld(async (world) => {
      const first = await ask(world, 'Create', { Source: world.sourceOf('1') });
      const id = first.PhysicalResourceId;
      for (const OnDelete of ['placeholder', 'retain', 'nonsense']) {
        const deleted = await ask(world, 'Delete', { OnDelete }, { id });
        assert.equal(deleted.Status, 'SUCCESS');
      }
      assert.deepEqual(world.observe().tags, { initial: first.Data.Digest });
    }),
  );

  test(
    'refuses for Lambda what Lambda would refuse, also what was there already',
    inWorld(async (world) => {
      const lambda = { UsedBy: 'lambda', Platform: 'all' };
      assertFailed(
        await ask(world, 'Create', { ...lambda, Source: world.sourceOf('index') }),
        /^InvalidRequest: The source registry\.example\/base\/runtime:index is an index of several manifests, and Lambda takes a single one/,
      );
      storeImage(world.ecr.store, REPOSITORY, world.images.index, 'initial');
      assertFailed(
        await ask(world, 'Create', { ...lambda, Source: world.sourceOf('1') }),
        /^InvalidRequest: The image that team\/app:initial has already \(sha256:[0-9a-f]{64}\) is an index.*OnExisting: overwrite replaces it/,
      );
    }),
  );

  const FAILURES: readonly [
    what: string,
    properties: (world: EcrImageWorld) => Record<string, string>,
    reason: RegExp,
  ][] = [
    [
      'a repository that does not exist',
      (world) => ({ RepositoryName: 'no/such', Source: world.sourceOf('1') }),
      /^NotFound: There is no repository no\/such in this account and Region/,
    ],
    [
      'a source that does not exist',
      (world) => ({ Source: world.sourceOf('no-such-tag') }),
      /^NotFound: Source registry\.example\/base\/runtime.*no-such-tag/,
    ],
    [
      'a source repository that does not exist',
      () => ({ Source: 'registry.example/no/such:1' }),
      /^NotFound: Source registry\.example\/no\/such/,
    ],
    [
      'a platform that the index lacks, with those that it has',
      (world) => {
        const amdOnly = buildImage({ seed: 'arm', platform: LINUX_ARM64 });
        storeImage(world.source.store, SOURCE_REPOSITORY, amdOnly, 'arm');
        return { Source: world.sourceOf('arm') };
      },
      /^NotFound: The image is for linux\/arm64 and not for linux\/amd64/,
    ],
    [
      'something that is no image',
      (world) => {
        storeImage(world.source.store, SOURCE_REPOSITORY, buildArtifact(), 'artifact');
        return { Source: world.sourceOf('artifact') };
      },
      /^InvalidRequest: The source is no image but an artifact/,
    ],
    [
      'no Source, as long as the placeholder is to come',
      () => ({}),
      /^InvalidRequest: Custom::EcrImage can't be read: Source is missing \(an image reference/,
    ],
    [
      'the placeholder, by its name',
      () => ({ Source: 'placeholder' }),
      /^InvalidRequest: .*the placeholder image is not part of this release/,
    ],
    [
      'a source at an address inside',
      () => ({ Source: '169.254.169.254/latest/meta-data:1' }),
      /^InvalidRequest: .*169\.254\.169\.254/,
    ],
  ];
  for (const [what, properties, reason] of FAILURES) {
    test(
      `fails clearly for ${what}, and leaves nothing`,
      inWorld(async (world) => {
        assertFailed(await ask(world, 'Create', properties(world)), reason);
        assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
      }),
    );
  }

  const LOGIN = { username: 'reader', password: 'correct horse' };
  for (const sourceAuth of [
    { kind: 'basic', ...LOGIN },
    { kind: 'bearer', login: LOGIN },
  ] as const) {
    test(
      `asks for SourceCredentials where the source needs a login (${sourceAuth.kind})`,
      inWorld(
        async (world) => {
          const answer = await ask(world, 'Create', { Source: world.sourceOf('1') });
          assertFailed(answer, /^(InvalidCredentials|AccessDenied): .*registry\.example.*SourceCredentials/);
          assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
        },
        { sourceAuth },
      ),
    );
  }

  test(
    'copies only from the registries that the service allows',
    inWorld(async (world) => {
      const ports = { allowedSourceRegistries: ['public.ecr.aws'] };
      assertFailed(
        await ask(world, 'Create', { Source: world.sourceOf('1') }, { ports }),
        /^AccessDenied: Source is in the registry registry\.example; this service copies from public\.ecr\.aws only \(the service stack's property AllowedSourceRegistries\)/,
      );
      assert.equal(world.source.requests.length, 0);
    }),
  );

  test(
    'says what a repository needs where the service may not look into it',
    inWorld(async (world) => {
      world.api.fail({ code: 'AccessDeniedException', action: 'BatchGetImage' });
      assertFailed(
        await ask(world, 'Create', { Source: world.sourceOf('1') }),
        /^AccessDenied: ECR refused to look for an image in repository team\/app: AccessDeniedException/,
      );
    }),
  );

  test(
    'waits out a throttled ECR',
    inWorld(async (world) => {
      world.api.fail({ code: 'ThrottlingException', times: 2 });
      const answer = await ask(world, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
    }),
  );
});
