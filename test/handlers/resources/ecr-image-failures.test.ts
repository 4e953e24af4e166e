import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { ask, assertFailed, inWorld } from '../../support/ecr-image/ask.ts';
import {
  type EcrImageWorld,
  REPOSITORY,
  SOURCE_REPOSITORY,
} from '../../support/ecr-image/ecr-image-world.ts';
import { buildArtifact } from '../../support/images/artifact.ts';
import { buildImage, LINUX_ARM64 } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';

const CREDENTIALS = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:login-AbCdEf';

describe('Custom::EcrImage in trouble', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  test(
    'refuses for Lambda what Lambda would refuse, also what was there already',
    inWorld(async (world) => {
      const lambda = { UsedBy: 'lambda', Platform: 'all' };
      assertFailed(
        await ask(world, server, 'Create', { ...lambda, Source: world.sourceOf('index') }),
        /^InvalidRequest: The source registry\.example\/base\/runtime:index is an index of several manifests, and Lambda takes a single one/,
      );
      storeImage(world.ecr.store, REPOSITORY, world.images.index, 'initial');
      assertFailed(
        await ask(world, server, 'Create', { ...lambda, Source: world.sourceOf('1') }),
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
      'a login that the placeholder has no use for',
      () => ({ SourceCredentials: CREDENTIALS }),
      /^InvalidRequest: Custom::EcrImage can't be read: SourceCredentials is given, and Source is not given, which means the placeholder: that image is part of the service and needs no login/,
    ],
    [
      'the same, with the placeholder by its name',
      () => ({ Source: 'placeholder', SourceCredentials: CREDENTIALS }),
      /^InvalidRequest: .*SourceCredentials is given, and Source is placeholder: .*leave SourceCredentials out \(log group/,
    ],
    [
      "the placeholder's index for Lambda",
      () => ({ Platform: 'all', UsedBy: 'lambda' }),
      /^InvalidRequest: The source placeholder is an index of several manifests, and Lambda takes a single one/,
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
        assertFailed(await ask(world, server, 'Create', properties(world)), reason);
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
          const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
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
        await ask(world, server, 'Create', { Source: world.sourceOf('1') }, { ports }),
        /^AccessDenied: Source is in the registry registry\.example; this service copies from public\.ecr\.aws only \(the service stack's property AllowedSourceRegistries\)/,
      );
      assert.equal(world.source.requests.length, 0);
    }),
  );

  test(
    'says what ECR refused where the service may not look into a repository',
    inWorld(async (world) => {
      world.api.fail({ code: 'AccessDeniedException', action: 'BatchGetImage' });
      assertFailed(
        await ask(world, server, 'Create', { Source: world.sourceOf('1') }),
        /^AccessDenied: ECR refused to look for an image in repository team\/app: AccessDeniedException/,
      );
    }),
  );

  test(
    'says what a repository must carry where the service may not write to it',
    inWorld(async (world) => {
      const properties = { Source: world.sourceOf('1'), OnDelete: 'delete' };
      const first = await ask(world, server, 'Create', properties);
      world.api.fail({ code: 'AccessDeniedException', action: 'BatchDeleteImage' });
      assertFailed(
        await ask(world, server, 'Delete', properties, { id: first.PhysicalResourceId }),
        /^AccessDenied: ECR refused to remove an image in repository team\/app: AccessDeniedException; the repository must carry the tag deploytime=allow/,
      );
    }),
  );

  test(
    'waits out a throttled ECR',
    inWorld(async (world) => {
      world.api.fail({ code: 'ThrottlingException', times: 2 });
      const answer = await ask(world, server, 'Create', { Source: world.sourceOf('1') });
      assert.equal(answer.Status, 'SUCCESS', answer.Reason);
    }),
  );
});
