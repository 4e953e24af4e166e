import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import type { DeployOptions } from '../../support/cloudformation/stack.ts';
import { type DeployResult, Stack } from '../../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, getAtt, type TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  type EcrImageWorld,
  type EcrImageWorldOptions,
  REPOSITORY,
  SOURCE_REPOSITORY,
  startEcrImageWorld,
} from '../../support/ecr-image/ecr-image-world.ts';
import { buildImage } from '../../support/images/image.ts';
import { buildIndex } from '../../support/images/image-index.ts';
import { storeImage } from '../../support/images/push-image.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-ecr-image';

/** A stack with an image, a function that uses it by digest, and a resource that may fail after both. */
interface Scene {
  readonly world: EcrImageWorld;
  readonly deploy: (properties: TemplateProperties, options?: DeployOptions) => Promise<DeployResult>;
  readonly remove: () => Promise<DeployResult>;
  /** From now on the function is of this release. Default: the present one. */
  readonly startRelease: (release?: EcrImageWorld['earlierRelease']) => void;
  /** The digest in the function's ImageUri. */
  readonly usedDigest: () => string;
}

const inScene =
  (play: (scene: Scene) => Promise<void>, options: EcrImageWorldOptions = {}) =>
  async () => {
    const responses: ResponseServer = await startResponseServer();
    try {
      await using world = await startEcrImageWorld(options);
      const responseOrigin = responses.origin;
      let { handler } = world.startInstance({ responseOrigin });
      const provider = {
        handler: ((event, context) => handler(event, context)) as LambdaHandler,
        maximumRetryAttempts: 0 as const,
      };
      const startRelease: Scene['startRelease'] = (release) => {
        ({ handler } = world.startInstance({ responseOrigin, ...release }));
      };
      const stack = new Stack({ responses, providers: { [TOKEN]: provider } });
      let generation = 0;
      const deploy: Scene['deploy'] = (properties, deployOptions) => {
        generation += 1;
        return stack.deploy(
          {
            Image: {
              type: 'Custom::EcrImage',
              properties: {
                ServiceToken: TOKEN,
                RepositoryName: REPOSITORY,
                OnDelete: 'delete',
                ...properties,
              },
            },
            Function: { type: BUILT_IN_TYPE, properties: { ImageUri: getAtt('Image', 'ImageUri') } },
            Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Function'] },
          },
          deployOptions,
        );
      };
      const usedDigest = () =>
        String(stack.resources.get('Function')?.properties.ImageUri).split('@')[1] ?? '';
      await play({ world, deploy, remove: () => stack.delete(), startRelease, usedDigest });
      assert.deepEqual(await stack.violations(), []);
      assert.deepEqual(world.violations(), []);
    } finally {
      await responses.stop();
    }
  };

/** The source's tag `1` becomes another image, as `latest` does. */
function moveTag({ source }: EcrImageWorld): void {
  storeImage(source.store, SOURCE_REPOSITORY, buildImage({ seed: 'moved' }), '1');
}

const statusOf = (result: DeployResult): string =>
  `${result.status} ${result.failures.map(({ reason }) => reason).join('; ')}`;

describe('Custom::EcrImage, rolled back while the source has changed,', () => {
  const FAILURES: readonly [what: string, change: TemplateProperties, options: DeployOptions][] = [
    ['after an Update that was refused', { Platform: 'linux/amd46' }, {}],
    ['after an Update that failed at its source', { Source: 'registry.example/base/runtime:none' }, {}],
    [
      'after an Update that was never sent',
      { Source: 'registry.example/base/runtime:2' },
      { fail: { logicalId: 'Image' } },
    ],
    [
      'after an Update that succeeded',
      { Source: 'registry.example/base/runtime:2' },
      { fail: { logicalId: 'Breaker' } },
    ],
    ['after a change of the tag', { Tag: 'next' }, { fail: { logicalId: 'Breaker' } }],
  ];
  for (const [what, change, options] of FAILURES) {
    test(
      `${what}: the function keeps its image, and nothing is left when the stack goes`,
      inScene(async ({ world, deploy, remove, usedDigest }) => {
        const properties = { Source: world.sourceOf('1'), UsedBy: 'lambda' };
        await deploy(properties);
        const digest = world.images.one.root.digest;
        assert.equal(usedDigest(), digest);
        moveTag(world);

        const failed = await deploy({ ...properties, ...change }, options);
        assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE /);
        assert.equal(usedDigest(), digest);
        assert.deepEqual(world.observe(), { tags: { initial: digest }, manifests: [digest] });

        assert.match(statusOf(await remove()), /^DELETE_COMPLETE/);
        assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
      }),
    );
  }

  test(
    'asks the source for nothing',
    inScene(async ({ world, deploy }) => {
      const properties = { Source: world.sourceOf('1') };
      await deploy(properties);
      await world.source.close();
      const failed = await deploy({ ...properties, Source: world.sourceOf('2') });
      assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE /);
    }),
  );

  test(
    'with immutable tags succeeds as well',
    inScene(
      async ({ world, deploy, usedDigest }) => {
        const properties = { Source: world.sourceOf('1') };
        await deploy(properties);
        moveTag(world);
        const failed = await deploy({ ...properties, Source: world.sourceOf('2') });
        assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE .*AlreadyExists/);
        assert.equal(usedDigest(), world.images.one.root.digest);
      },
      { immutable: true },
    ),
  );
});

describe('Custom::EcrImage, rolled back between the placeholder and a source,', () => {
  const PLACEHOLDER: TemplateProperties = { OnDelete: 'placeholder', UsedBy: 'lambda' };
  const SOURCE: TemplateProperties = { Source: 'registry.example/base/runtime:1', UsedBy: 'lambda' };
  const SWAPS: readonly [what: string, from: TemplateProperties, to: TemplateProperties][] = [
    ['from the placeholder to a source', PLACEHOLDER, SOURCE],
    ['from the placeholder to a source that is not there', PLACEHOLDER, { Source: `${SOURCE.Source}x` }],
    ['from a source to the placeholder', SOURCE, PLACEHOLDER],
    ['from the placeholder to its index', PLACEHOLDER, { Platform: 'all' }],
    ["from the placeholder's index to one image", { Platform: 'all' }, PLACEHOLDER],
    ['from one tag to another', PLACEHOLDER, { ...PLACEHOLDER, Tag: 'next' }],
  ];
  for (const [what, from, to] of SWAPS) {
    test(
      `${what}: the function keeps its image, and nothing is left when the stack goes`,
      inScene(async ({ world, deploy, remove, usedDigest }) => {
        await deploy(from);
        const digest = usedDigest();
        const failed = await deploy(to, { fail: { logicalId: 'Breaker' } });
        assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE /);
        assert.equal(usedDigest(), digest);
        assert.deepEqual(world.observe().tags, { initial: digest });
        assert.match(statusOf(await remove()), /^DELETE_COMPLETE/);
        assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
      }),
    );
  }

  test(
    'leaves the image of a source where only placeholders are to go',
    inScene(async ({ world, deploy, remove }) => {
      await deploy(PLACEHOLDER);
      await deploy({ ...PLACEHOLDER, ...SOURCE });
      await remove();
      const { digest } = world.images.one.root;
      assert.deepEqual(world.observe(), { tags: { initial: digest }, manifests: [digest] });
    }),
  );

  test(
    'keeps what an earlier release put there through updates, failures and the end',
    inScene(async ({ world, deploy, remove, usedDigest, startRelease }) => {
      startRelease(world.earlierRelease);
      await deploy(PLACEHOLDER);
      const { digest } = world.placeholders.earlier.images['linux/amd64'].descriptor;
      startRelease();
      await deploy({ ...PLACEHOLDER, DeploymentId: '2' });
      assert.equal(usedDigest(), digest);
      const failed = await deploy(SOURCE, { fail: { logicalId: 'Breaker' } });
      assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE /);
      assert.equal(usedDigest(), digest);
      await remove();
      assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
    }),
  );

  test(
    'goes with a stack whose first deployment failed, so that its repository can go',
    inScene(async ({ world, deploy }) => {
      const failed = await deploy(PLACEHOLDER, { fail: { logicalId: 'Breaker' } });
      assert.match(statusOf(failed), /^ROLLBACK_COMPLETE /);
      assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
    }),
  );
});

describe('Custom::EcrImage, update after update,', () => {
  test(
    'keeps the image before for one more change, and no other',
    inScene(async ({ world, deploy, remove, usedDigest }) => {
      const digests = [1, 2, 3, 4].map((number) => {
        const image = buildImage({ seed: `release ${number}` });
        storeImage(world.source.store, SOURCE_REPOSITORY, image, `r${number}`);
        return image.root.digest;
      });
      for (const [index, digest] of digests.entries()) {
        await deploy({ Source: world.sourceOf(`r${index + 1}`) });
        assert.equal(usedDigest(), digest);
        assert.deepEqual(world.observe(), {
          tags: { initial: digest },
          manifests: digests.slice(Math.max(0, index - 1), index + 1).sort(),
        });
      }
      await remove();
      assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
    }),
  );

  test(
    'does not take a default that is spelled out for another source',
    inScene(async ({ world, deploy, usedDigest }) => {
      await deploy({ Source: world.sourceOf('1') });
      moveTag(world);
      await deploy({ Source: `${world.sourceOf('1')}`, Platform: 'linux/amd64', DeploymentId: '2' });
      assert.equal(usedDigest(), world.images.one.root.digest);
    }),
  );

  test(
    'lets Lambda refuse what somebody pushed since, so that the rollback succeeds',
    inScene(async ({ world, deploy }) => {
      const properties = { Source: world.sourceOf('1'), UsedBy: 'lambda' };
      await deploy(properties);
      const index = buildIndex({ seed: 'theirs', attestations: true });
      storeImage(world.ecr.store, REPOSITORY, index, 'initial');
      const updated = await deploy({ ...properties, DeploymentId: '2' });
      assert.match(statusOf(updated), /^UPDATE_COMPLETE/);
      const failed = await deploy({ ...properties, DeploymentId: '3' }, { fail: { logicalId: 'Breaker' } });
      assert.match(statusOf(failed), /^UPDATE_ROLLBACK_COMPLETE/);
    }),
  );
});

describe('Custom::EcrImage, twice for one tag,', () => {
  test(
    'never removes the image that the other stack put there',
    inScene(async ({ world, deploy, remove }) => {
      const theirs = world.images.one;
      storeImage(world.ecr.store, REPOSITORY, theirs, 'initial');
      await deploy({ Source: world.sourceOf(theirs.root.digest) });
      await remove();
      assert.deepEqual(world.observe().tags, { initial: theirs.root.digest });
    }),
  );
});
