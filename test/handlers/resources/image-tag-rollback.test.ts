import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import type { InjectedFailure } from '../../support/cloudformation/operation.ts';
import { startResponseServer } from '../../support/cloudformation/response-server.ts';
import { type DeployResult, Stack } from '../../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, getAtt, type TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  type ImageTagWorld,
  PARAMETER,
  REPOSITORY,
  startImageTagWorld,
} from '../../support/image-tag/image-tag-world.ts';
import { buildImage } from '../../support/images/image.ts';
import { storeImage } from '../../support/images/push-image.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-image-tag';
const PROPERTIES = { ParameterName: PARAMETER, RepositoryName: REPOSITORY, UsedBy: 'lambda' };

/** A stack with a tag, a function that uses its image by digest, and a resource that may fail after both. */
interface Scene {
  readonly world: ImageTagWorld;
  /** @param fails The resource that fails, and what happens to the world right then, before the rollback. */
  readonly deploy: (
    properties: TemplateProperties,
    fails?: { readonly resource: 'Tag' | 'Breaker'; readonly meanwhile?: () => void },
  ) => Promise<DeployResult>;
  /** The attributes that CloudFormation has of the tag, and the URI that the function has. */
  readonly held: () => { readonly attributes: unknown; readonly uri: string };
}

const inScene = (play: (scene: Scene) => Promise<void>) => async () => {
  const responses = await startResponseServer();
  let stack: Stack | undefined;
  try {
    await using world = await startImageTagWorld({
      statusOf: (id) => (id === stack?.stackId ? stack.status : undefined),
    });
    // Each request has an instance of its own: nothing is remembered but in the id.
    const handler: LambdaHandler = (event, context) =>
      world.startInstance(responses.origin).handler(event, context);
    const played = new Stack({
      responses,
      providers: { [TOKEN]: { handler, maximumRetryAttempts: 0 } },
      log: world.log,
    });
    stack = played;
    let generation = 0;
    const deploy: Scene['deploy'] = (properties, fails) => {
      generation += 1;
      const template = {
        Tag: { type: 'Custom::ImageTag', properties: { ServiceToken: TOKEN, ...PROPERTIES, ...properties } },
        Function: { type: BUILT_IN_TYPE, properties: { ImageUri: getAtt('Tag', 'ImageUri') } },
        Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Function'] },
      };
      return played.deploy(template, fails ? { fail: failureOf(fails) } : {});
    };
    const held: Scene['held'] = () => ({
      attributes: played.resources.get('Tag')?.attributes,
      uri: String(played.resources.get('Function')?.properties.ImageUri),
    });
    await play({ world, deploy, held });
    assert.deepEqual(await played.violations(), []);
    assert.deepEqual(world.violations(), []);
    assert.match(statusOf(await played.delete()), /^DELETE_COMPLETE/);
  } finally {
    await responses.stop();
  }
};

/** What is read of it at the very moment of the failure happens then. */
function failureOf({ resource, meanwhile }: { resource: string; meanwhile?: () => void }): InjectedFailure {
  return {
    logicalId: resource,
    get until() {
      meanwhile?.();
      return Promise.resolve();
    },
  };
}

const statusOf = (result: DeployResult): string =>
  `${result.status} ${result.failures.map(({ reason }) => reason.replace(/^.*\[FAILED\]: /, '')).join('; ')}`;

/** What becomes of the world before the rollback: none of it has the former answer any more. */
const TURNS: Readonly<Record<string, (world: ImageTagWorld) => void>> = {
  'nothing has changed': () => {},
  'another image was released': (world) => {
    storeImage(world.repositories, REPOSITORY, buildImage({ seed: 'v3' }), 'v3');
    world.release('v3');
  },
  'every image is gone': (world) => {
    const repository = world.repositories.getRepository(REPOSITORY);
    for (const digest of [...repository.manifests.keys()]) repository.removeManifest(digest);
  },
  'the parameter is gone': (world) => void world.ssm.parameters.deleteParameter({ Name: PARAMETER }),
  'the parameter holds garbage': (world) => void world.release('not a tag\n'),
  'the parameter is a secret now': (world) => void world.ssm.parameters.put(PARAMETER, 'v1', 'SecureString'),
  'SSM throttles for ever': ({ ssm }) => ssm.fail({ code: 'ThrottlingException', times: Number.MAX_VALUE }),
  'SSM is not to be read': ({ ssm }) => ssm.fail({ code: 'AccessDeniedException', times: Number.MAX_VALUE }),
  'ECR is out of order': ({ ecr }) => ecr.fail({ code: 'ServerException', times: Number.MAX_VALUE }),
};
/** In these the world has an answer, which holds where CloudFormation does not tell that it is a rollback. */
const ANSWERED = ['nothing has changed', 'another image was released'];

/** How the Update ended that is rolled back. */
const UPDATES: Readonly<Record<string, (scene: Scene, turn: () => void) => Promise<DeployResult>>> = {
  'an Update that succeeded': ({ world, deploy }, meanwhile) => {
    world.release('v2');
    return deploy({ DeploymentId: '2' }, { resource: 'Breaker', meanwhile });
  },
  'an Update that changed no answer': ({ deploy }, meanwhile) =>
    deploy({ DeploymentId: '2' }, { resource: 'Breaker', meanwhile }),
  'an Update to another parameter': ({ world, deploy }, meanwhile) => {
    world.ssm.parameters.put('/shop/next', 'v2');
    return deploy({ ParameterName: '/shop/next' }, { resource: 'Breaker', meanwhile });
  },
  'an Update to another repository': ({ world, deploy }, meanwhile) => {
    storeImage(world.repositories, 'team/next', world.images.v2, 'v1');
    return deploy({ RepositoryName: 'team/next' }, { resource: 'Breaker', meanwhile });
  },
  'an Update that was never sent': ({ world, deploy }, meanwhile) => {
    world.release('v2');
    return deploy({ DeploymentId: '2' }, { resource: 'Tag', meanwhile });
  },
};

for (const [update, play] of Object.entries(UPDATES)) {
  describe(`Custom::ImageTag, rolled back after ${update},`, () => {
    for (const [turn, happens] of Object.entries(TURNS)) {
      test(
        `has the answer of before although ${turn}`,
        inScene(async (scene) => {
          await scene.deploy({});
          const before = scene.held();
          const result = await play(scene, () => happens(scene.world));
          assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE /);
          assert.deepEqual(scene.held(), before);
        }),
      );

      test(
        `does not fail although ${turn} and CloudFormation is not to be asked`,
        inScene(async (scene) => {
          await scene.deploy({});
          const before = scene.held();
          const result = await play(scene, () => {
            happens(scene.world);
            scene.world.statuses.fail('AccessDenied');
          });
          assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE /);
          assert.equal(scene.held().uri, before.uri);
          if (!ANSWERED.includes(turn)) {
            assert.deepEqual(scene.held(), before);
            assert.match(scene.world.log(), /The former answer is replayed, for this may be a rollback/);
          }
        }),
      );
    }
  });
}

describe('Custom::ImageTag, going forward,', () => {
  const MISSING = /^UPDATE_ROLLBACK_COMPLETE NotFound: The repository team\/app has no image v9/;

  test(
    'fails clearly for an image that is missing, although only DeploymentId changed, and is rolled back',
    inScene(async ({ world, deploy, held }) => {
      await deploy({ DeploymentId: '1' });
      const before = held();
      world.release('v9');
      assert.match(statusOf(await deploy({ DeploymentId: '2' })), MISSING);
      assert.deepEqual(held(), before);
    }),
  );

  test(
    'fails again after a rollback, and works once the image is there',
    inScene(async ({ world, deploy, held }) => {
      await deploy({ DeploymentId: '1' });
      world.release('v2');
      await deploy({ DeploymentId: '2' });
      const before = held();
      world.release('v9');
      for (const DeploymentId of ['3', '3', '4']) {
        assert.match(statusOf(await deploy({ DeploymentId })), MISSING);
        assert.deepEqual(held(), before);
      }
      storeImage(world.repositories, REPOSITORY, buildImage({ seed: 'v9' }), 'v9');
      assert.match(statusOf(await deploy({ DeploymentId: '5' })), /^UPDATE_COMPLETE/);
      assert.match(held().uri, new RegExp(`@${buildImage({ seed: 'v9' }).root.digest}$`));
    }),
  );

  test(
    'is rolled back after an Update that was refused',
    inScene(async ({ world, deploy, held }) => {
      await deploy({});
      const before = held();
      world.release('v9');
      assert.match(
        statusOf(await deploy({ Platform: 'linux/riscv64' })),
        /^UPDATE_ROLLBACK_COMPLETE InvalidRequest: .*Platform is "linux\/riscv64"/,
      );
      assert.deepEqual(held(), before);
    }),
  );

  test(
    'never goes back to an image that was left, where CloudFormation is not to be asked',
    inScene(async ({ world, deploy, held }) => {
      await deploy({ DeploymentId: '1' });
      world.release('v2');
      await deploy({ DeploymentId: '2' });
      const before = held();
      world.release('v9');
      world.statuses.fail('AccessDenied');
      await deploy({ DeploymentId: '3' });
      assert.deepEqual(held(), before);
    }),
  );

  test(
    'fails for another repository without the image, where CloudFormation is not to be asked',
    inScene(async ({ world, deploy, held }) => {
      await deploy({});
      const before = held();
      world.statuses.fail('AccessDenied');
      const result = await deploy({ RepositoryName: 'no/such' });
      assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE NotFound: There is no repository no\/such/);
      assert.deepEqual(held(), before);
    }),
  );
});

describe('Custom::ImageTag, in any story,', () => {
  const step = fc.record({
    released: fc.constantFrom('v1', 'v2', 'multi', 'v9', ' v1', undefined),
    change: fc.constantFrom<TemplateProperties>(
      {},
      { Platform: 'linux/amd64' },
      { Default: 'v1' },
      { UsedBy: 'any' },
    ),
    fails: fc.constantFrom(undefined, undefined, 'Tag', 'Breaker'),
    vanishes: fc.boolean(),
  });

  test('has after each rollback what its function has, and never fails one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) =>
        inScene(async ({ world, deploy, held }) => {
          await deploy({ DeploymentId: 'first' });
          for (const [index, { released, change, fails, vanishes }] of steps.entries()) {
            const before = held();
            if (released === undefined) world.release('v1');
            else world.release(released);
            const meanwhile = () => void (vanishes && world.release('gone'));
            const properties = { ...change, DeploymentId: String(index) };
            const result = await deploy(properties, fails && { resource: fails, meanwhile });
            assert.match(result.status, /^UPDATE_(ROLLBACK_)?COMPLETE$/);
            if (result.status === 'UPDATE_ROLLBACK_COMPLETE') assert.deepEqual(held(), before);
            assert.equal(held().uri, (held().attributes as { ImageUri: string }).ImageUri);
          }
        })(),
      ),
      { numRuns: 40 },
    );
  });
});
