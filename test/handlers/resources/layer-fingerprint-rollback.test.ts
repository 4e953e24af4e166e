import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import type { InjectedFailure } from '../../support/cloudformation/operation.ts';
import { startResponseServer } from '../../support/cloudformation/response-server.ts';
import { type DeployResult, Stack } from '../../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, getAtt, type TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  FILES,
  LAYER,
  type LayerFingerprintWorld,
  PARAMETER,
  startLayerFingerprintWorld,
} from '../../support/layer-fingerprint/layer-fingerprint-world.ts';

const TOKEN = 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-layer-fingerprint';
const NEW_FILES = { ...FILES, 'python/shop.py': 'PRICE = 2\n' };

/** A stack with a layer's fingerprint, a function that uses its version, and a resource that may fail after both. */
interface Scene {
  readonly world: LayerFingerprintWorld;
  /** @param fails The resource that fails, and what happens to the world right then, before the rollback. */
  readonly deploy: (
    properties: TemplateProperties,
    fails?: { readonly resource: 'Layer' | 'Breaker'; readonly meanwhile?: () => void },
  ) => Promise<DeployResult>;
  /** The attributes that CloudFormation has of the fingerprint, and the layer that the function has. */
  readonly held: () => { readonly attributes: unknown; readonly layer: string };
}

const inScene = (play: (scene: Scene) => Promise<void>) => async () => {
  const responses = await startResponseServer();
  let stack: Stack | undefined;
  try {
    await using world = await startLayerFingerprintWorld({
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
      const named = Object.keys(properties).some((name) => /^(Layer|Parameter)/.test(name));
      const template = {
        Layer: {
          type: 'Custom::LayerFingerprint',
          properties: { ServiceToken: TOKEN, ...(named ? {} : { LayerName: LAYER }), ...properties },
        },
        Function: { type: BUILT_IN_TYPE, properties: { Layer: getAtt('Layer', 'LayerVersionArn') } },
        Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Function'] },
      };
      return played.deploy(template, fails ? { fail: failureOf(fails) } : {});
    };
    const held: Scene['held'] = () => ({
      attributes: played.resources.get('Layer')?.attributes,
      layer: String(played.resources.get('Function')?.properties.Layer),
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

/** What becomes of the world before the rollback. */
const TURNS: Readonly<Record<string, (world: LayerFingerprintWorld) => void>> = {
  'nothing has changed': () => {},
  'another content was published': ({ layers }) => void layers.shelf.publish(LAYER, Buffer.from('no zip')),
  'the version was deleted': ({ layers, first }) => layers.shelf.remove(first.arn),
  'the layer was deleted': ({ layers, ssm }) => {
    for (const layer of [LAYER, 'another']) layers.shelf.removeLayer(layer);
    ssm.parameters.deleteParameter({ Name: PARAMETER });
  },
  'every archive is refused by S3': ({ layers }) => {
    layers.shelf.publish(LAYER, Buffer.from('other bytes'));
    layers.archives.fail({ kind: 'status', status: 403, code: 'AccessDenied' }, 1_000);
  },
  'Lambda denies everything': ({ layers }) =>
    layers.fail({ code: 'AccessDeniedException', times: Number.MAX_VALUE }),
  'Lambda throttles for ever': ({ layers }) =>
    layers.fail({ code: 'TooManyRequestsException', times: Number.MAX_VALUE }),
  'Lambda is out of order': ({ layers }) =>
    layers.fail({ code: 'ServiceException', times: Number.MAX_VALUE }),
};
/** In these the world may have an answer, which holds where CloudFormation does not tell that it is a rollback. */
const ANSWERED = ['nothing has changed', 'the version was deleted'];

/** How the Update ended that is rolled back. */
const UPDATES: Readonly<Record<string, (scene: Scene, turn: () => void) => Promise<DeployResult>>> = {
  'an Update that succeeded': async ({ world, deploy }, meanwhile) => {
    await world.publish(NEW_FILES);
    return deploy({ DeploymentId: '2' }, { resource: 'Breaker', meanwhile });
  },
  'an Update that changed no answer': ({ deploy }, meanwhile) =>
    deploy({ DeploymentId: '2' }, { resource: 'Breaker', meanwhile }),
  'an Update to another layer': async ({ world, deploy }, meanwhile) => {
    await world.publish(NEW_FILES, 'another');
    return deploy({ LayerName: 'another' }, { resource: 'Breaker', meanwhile });
  },
  'an Update to a parameter': async ({ world, deploy }, meanwhile) => {
    world.ssm.parameters.put(PARAMETER, (await world.publish(NEW_FILES)).arn);
    return deploy({ ParameterName: PARAMETER }, { resource: 'Breaker', meanwhile });
  },
  'an Update to another Exclude': ({ deploy }, meanwhile) =>
    deploy({ Exclude: ['*.md'] }, { resource: 'Breaker', meanwhile }),
  'an Update that was never sent': async ({ world, deploy }, meanwhile) => {
    await world.publish(NEW_FILES);
    return deploy({ DeploymentId: '2' }, { resource: 'Layer', meanwhile });
  },
};

for (const [update, play] of Object.entries(UPDATES)) {
  describe(`Custom::LayerFingerprint, rolled back after ${update},`, () => {
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
          assert.equal(scene.held().layer, before.layer);
          if (!ANSWERED.includes(turn)) assert.deepEqual(scene.held(), before);
        }),
      );
    }
  });
}

describe('Custom::LayerFingerprint, going forward,', () => {
  test(
    'fails clearly for a layer whose versions were deleted, although only DeploymentId changed, and is rolled back',
    inScene(async ({ world, deploy, held }) => {
      await deploy({ DeploymentId: '1' });
      const before = held();
      world.layers.shelf.removeLayer(LAYER);
      assert.match(
        statusOf(await deploy({ DeploymentId: '2' })),
        /^UPDATE_ROLLBACK_COMPLETE NotFound: The layer shop-dependencies has no version/,
      );
      assert.deepEqual(held(), before);
    }),
  );

  test(
    'fails for a zip that is refused, again after a rollback, and works once another is published',
    inScene(async ({ world, deploy, held }) => {
      await deploy({ DeploymentId: '1' });
      await world.publish(FILES);
      await deploy({ DeploymentId: '2' });
      const before = held();
      world.layers.shelf.publish(LAYER, Buffer.from('no zip'));
      for (const DeploymentId of ['3', '3', '4']) {
        assert.match(
          statusOf(await deploy({ DeploymentId })),
          /^UPDATE_ROLLBACK_COMPLETE InvalidRequest: arn:.*:3 has no fingerprint/,
        );
        assert.deepEqual(held(), before);
      }
      const fourth = await world.publish(NEW_FILES);
      assert.match(statusOf(await deploy({ DeploymentId: '5' })), /^UPDATE_COMPLETE/);
      assert.equal(held().layer, fourth.arn);
    }),
  );

  test(
    'fails for another layer that is not there, where CloudFormation is not to be asked',
    inScene(async ({ world, deploy, held }) => {
      await deploy({});
      const before = held();
      world.statuses.fail('AccessDenied');
      const result = await deploy({ LayerName: 'nothing' });
      assert.match(statusOf(result), /^UPDATE_ROLLBACK_COMPLETE NotFound: The layer nothing has no version/);
      assert.deepEqual(held(), before);
    }),
  );
});

describe('Custom::LayerFingerprint, in any story,', () => {
  const step = fc.record({
    published: fc.constantFrom(FILES, NEW_FILES, 'no zip', 'deleted', undefined),
    change: fc.constantFrom<TemplateProperties>({}, { Exclude: ['*.md'] }, { Exclude: ['python/'] }),
    fails: fc.constantFrom(undefined, undefined, 'Layer', 'Breaker'),
    vanishes: fc.boolean(),
  });

  test('has after each rollback what its function has, and never fails one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) =>
        inScene(async ({ world, deploy, held }) => {
          const { shelf } = world.layers;
          await deploy({ DeploymentId: 'first' });
          for (const [index, { published, change, fails, vanishes }] of steps.entries()) {
            const before = held();
            if (published === 'no zip') shelf.publish(LAYER, Buffer.from('no zip'));
            else if (published === 'deleted') shelf.remove(before.layer);
            else if (published !== undefined) await world.publish(published as typeof FILES);
            const meanwhile = () => void (vanishes && shelf.removeLayer(LAYER));
            const properties = { ...change, DeploymentId: String(index) };
            const result = await deploy(properties, fails && { resource: fails, meanwhile });
            assert.match(result.status, /^UPDATE_(ROLLBACK_)?COMPLETE$/);
            if (result.status === 'UPDATE_ROLLBACK_COMPLETE') assert.deepEqual(held(), before);
            else assert.ok(shelf.find(held().layer), 'A version that is not there was answered');
            assert.equal(held().layer, (held().attributes as { LayerVersionArn: string }).LayerVersionArn);
          }
        })(),
      ),
      { numRuns: 40 },
    );
  });
});
