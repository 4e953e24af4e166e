import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MAX_PHYSICAL_RESOURCE_ID_BYTES } from '../../../handlers/cloudformation/physical-resource-id.ts';
import { formatMemory, parseMemory, rememberingId } from '../../../handlers/resources/answer-memory.ts';
import { type ImageTagAnswer, imageTagCodec } from '../../../handlers/resources/image-tag-answer.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import { ask, inWorld } from '../../support/image-tag/ask.ts';
import {
  ECR_HOST,
  type ImageTagWorld,
  OTHER_ACCOUNT_ID,
  PARAMETER,
  REPOSITORY,
} from '../../support/image-tag/image-tag-world.ts';
import { buildImage } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';

const URI = `${ECR_HOST}/${REPOSITORY}`;
const IN_REPOSITORY = { RepositoryName: REPOSITORY };
const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('Custom::ImageTag answers', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  const ANSWERS: readonly [
    what: string,
    properties: Record<string, string>,
    data: (world: ImageTagWorld) => Record<string, string>,
    released?: (world: ImageTagWorld) => string,
  ][] = [
    ['with a released tag alone', {}, () => ({ Tag: 'v1', Digest: '', ImageUri: '', TaggedImageUri: '' })],
    [
      'with a released digest alone',
      {},
      () => ({ Tag: '', Digest: DIGEST, ImageUri: '', TaggedImageUri: '', ParameterVersion: '2' }),
      () => DIGEST,
    ],
    [
      'with a released tag and its digest',
      {},
      () => ({ Tag: 'v9', Digest: DIGEST, ImageUri: '', TaggedImageUri: '', ParameterVersion: '2' }),
      () => `v9@${DIGEST}`,
    ],
    [
      'with the digest that the repository has under the tag',
      IN_REPOSITORY,
      ({ images: { v1 } }) => ({
        Tag: 'v1',
        Digest: v1.root.digest,
        ImageUri: `${URI}@${v1.root.digest}`,
        TaggedImageUri: `${URI}:v1`,
      }),
    ],
    [
      'with the image that a digest names, and no tag',
      IN_REPOSITORY,
      ({ images: { v2 } }) => ({
        Tag: '',
        Digest: v2.root.digest,
        ImageUri: `${URI}@${v2.root.digest}`,
        TaggedImageUri: '',
        ParameterVersion: '2',
      }),
      ({ images: { v2 } }) => v2.root.digest,
    ],
    [
      'with the image that a digest names, wherever its tag is by now',
      IN_REPOSITORY,
      ({ images: { v2 } }) => ({
        Tag: 'v1',
        Digest: v2.root.digest,
        ImageUri: `${URI}@${v2.root.digest}`,
        TaggedImageUri: `${URI}:v1`,
        ParameterVersion: '2',
      }),
      ({ images: { v2 } }) => `v1@${v2.root.digest}`,
    ],
    [
      'with an index, where no platform is named',
      { ...IN_REPOSITORY, UsedBy: 'ecs' },
      ({ images: { multi } }) => ({
        Tag: 'multi',
        Digest: multi.root.digest,
        ImageUri: `${URI}@${multi.root.digest}`,
        TaggedImageUri: `${URI}:multi`,
        ParameterVersion: '2',
      }),
      () => 'multi',
    ],
    [
      "with the platform's image out of an index, for Lambda",
      { ...IN_REPOSITORY, Platform: 'linux/arm64', UsedBy: 'lambda' },
      ({ images: { multi } }) => ({
        Tag: 'multi',
        Digest: multi.images[1]?.root.digest ?? '',
        ImageUri: `${URI}@${multi.images[1]?.root.digest}`,
        TaggedImageUri: `${URI}:multi`,
        ParameterVersion: '2',
      }),
      () => 'multi',
    ],
    [
      "with the platform's image out of an index that is named by its digest",
      { ...IN_REPOSITORY, Platform: 'linux/amd64' },
      ({ images: { multi } }) => ({
        Tag: '',
        Digest: multi.images[0]?.root.digest ?? '',
        ImageUri: `${URI}@${multi.images[0]?.root.digest}`,
        TaggedImageUri: '',
        ParameterVersion: '2',
      }),
      ({ images: { multi } }) => multi.root.digest,
    ],
    [
      'with an image that is no index whatever the platform',
      { ...IN_REPOSITORY, Platform: 'linux/arm64', UsedBy: 'lambda' },
      ({ images: { v1 } }) => ({
        Tag: 'v1',
        Digest: v1.root.digest,
        ImageUri: `${URI}@${v1.root.digest}`,
        TaggedImageUri: `${URI}:v1`,
      }),
    ],
    [
      'with the default while there is no parameter',
      { ...IN_REPOSITORY, ParameterName: '/shop/none', Default: 'v2' },
      ({ images: { v2 } }) => ({
        Tag: 'v2',
        Digest: v2.root.digest,
        ImageUri: `${URI}@${v2.root.digest}`,
        TaggedImageUri: `${URI}:v2`,
        ResolvedFrom: 'default',
        ParameterVersion: '',
      }),
    ],
    [
      'with the default also where a version of no parameter is named',
      { ParameterName: '/shop/none:3', Default: 'v2' },
      () => ({
        Tag: 'v2',
        Digest: '',
        ImageUri: '',
        TaggedImageUri: '',
        ResolvedFrom: 'default',
        ParameterVersion: '',
      }),
    ],
    [
      'with the version that is named',
      { ParameterName: `${PARAMETER}:1`, Default: 'initial' },
      () => ({ Tag: 'v1', Digest: '', ImageUri: '', TaggedImageUri: '' }),
      () => 'v2',
    ],
    [
      'with the parameter of an ARN',
      { ParameterName: `arn:aws:ssm:us-east-1:111122223333:parameter${PARAMETER}` },
      () => ({ Tag: 'v1', Digest: '', ImageUri: '', TaggedImageUri: '' }),
    ],
    [
      "with another account's parameter",
      { ParameterName: `arn:aws:ssm:us-east-1:${OTHER_ACCOUNT_ID}:parameter/theirs` },
      () => ({ Tag: 'their-tag', Digest: '', ImageUri: '', TaggedImageUri: '' }),
      ({ other }) => {
        other.parameters.put('/theirs', 'their-tag');
        return 'v1';
      },
    ],
    [
      "with an image of another account's repository",
      { RepositoryName: 'their/app', RegistryId: OTHER_ACCOUNT_ID },
      () => {
        const { digest } = buildImage({ seed: 'theirs' }).root;
        const uri = `${OTHER_ACCOUNT_ID}.dkr.ecr.us-east-1.amazonaws.com/their/app`;
        return {
          Tag: 'v1',
          Digest: digest,
          ImageUri: `${uri}@${digest}`,
          TaggedImageUri: `${uri}:v1`,
          ParameterVersion: '2',
        };
      },
      ({ other }) => {
        storeImage(other.repositories, 'their/app', buildImage({ seed: 'theirs' }), 'v1');
        return 'v1';
      },
    ],
  ];
  for (const [what, properties, data, released] of ANSWERS) {
    test(
      what,
      inWorld(async (world) => {
        if (released) world.release(released(world));
        const before = world.observe();
        const answer = await ask(world, server, 'Create', properties);
        assert.equal(answer.Status, 'SUCCESS', answer.Reason);
        const defaults = { ResolvedFrom: 'parameter', ParameterVersion: '1' };
        assert.deepEqual(answer.Data, { ...defaults, ...data(world) });
        assert.deepEqual(world.observe(), before);
      }),
    );
  }

  test(
    'a tag that moved with another digest, under another id',
    inWorld(async (world) => {
      const created = await ask(world, server, 'Create', IN_REPOSITORY);
      storeImage(world.repositories, REPOSITORY, world.images.v2, 'v1');
      const { PhysicalResourceId: id } = created;
      const moved = await ask(
        world,
        server,
        'Update',
        { ...IN_REPOSITORY, DeploymentId: '2' },
        { id, old: IN_REPOSITORY },
      );
      assert.equal(moved.Data.ImageUri, `${URI}@${world.images.v2.root.digest}`);
      assert.notEqual(moved.PhysicalResourceId, id);
    }),
  );

  test(
    'an unchanged world byte for byte as before, whatever the id is like',
    inWorld(async (world) => {
      const created = await ask(world, server, 'Create', IN_REPOSITORY);
      const { PhysicalResourceId: id } = created;
      const again = await ask(
        world,
        server,
        'Update',
        { ...IN_REPOSITORY, DeploymentId: '2' },
        { id, old: IN_REPOSITORY },
      );
      assert.deepEqual([again.PhysicalResourceId, again.Data], [id, created.Data]);
      const strange = await ask(world, server, 'Update', IN_REPOSITORY, { id: 'example-Tag-1A2B3C4D5E6F' });
      assert.deepEqual([strange.PhysicalResourceId, strange.Data], [id, created.Data]);
    }),
  );

  test(
    'a Delete with SUCCESS, and asks nobody',
    inWorld(async (world) => {
      const { PhysicalResourceId } = await ask(world, server, 'Create', IN_REPOSITORY);
      const calls = world.ssm.calls.length + world.ecr.calls.length;
      for (const id of [PhysicalResourceId, 'anything']) {
        assert.equal(
          (await ask(world, server, 'Delete', { ParameterName: ['?'] }, { id })).Status,
          'SUCCESS',
        );
      }
      assert.equal(world.ssm.calls.length + world.ecr.calls.length, calls);
    }),
  );
});

describe("an ImageTag's memory", () => {
  const LONGEST: ImageTagAnswer = {
    tag: 'a'.repeat(128),
    digest: DIGEST as `sha256:${string}`,
    parameterVersion: 999_999_999_999_999,
    repository: '0123456789ab',
  };
  for (const answer of [
    LONGEST,
    { tag: 'v1' },
    { digest: DIGEST as `sha256:${string}`, parameterVersion: 1 },
    { tag: 'v1', parameterVersion: 3, repository: '0123456789ab' },
  ]) {
    test(`tells ${JSON.stringify(answer).slice(0, 60)} again`, () => {
      const text = imageTagCodec.encode(answer);
      assert.doesNotMatch(text, /[#,]/);
      assert.deepEqual(imageTagCodec.decode(text), answer);
    });
  }

  test('is well below the longest id, with two of the longest answers', () => {
    const first = rememberingId(imageTagCodec, { answer: LONGEST, properties: {} });
    const other = { ...LONGEST, tag: 'b'.repeat(128) };
    const received = { physicalResourceId: first, oldProperties: {} };
    const id = rememberingId(imageTagCodec, { answer: other, properties: { DeploymentId: '2' }, received });
    const memory = parseMemory(imageTagCodec, id);
    assert.ok(memory);
    assert.equal(formatMemory(imageTagCodec, memory), id);
    assert.ok(id.length < MAX_PHYSICAL_RESOURCE_ID_BYTES / 2, `${id.length}`);
  });

  for (const text of ['', 'v1', 'v1/', 'v1//1/xyz', 'v1/abc/1/', '.v1///', `v1/${'AB'.repeat(32)}//`]) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(imageTagCodec.decode(text), undefined);
    });
  }
});
