import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  LAYER_FINGERPRINT_ATTRIBUTES,
  LAYER_FINGERPRINT_TYPE,
} from '../../handlers/resources/layer-fingerprint-properties.ts';
import { startResponseServer } from '../support/cloudformation/response-server.ts';
import {
  DEFAULT_ACCOUNT_ID,
  DEFAULT_REGION,
  type DeployResult,
  Stack,
} from '../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, getAtt, type TemplateProperties } from '../support/cloudformation/template.ts';
import { type BuiltService, builtService, handlerOf } from '../support/lambda/built-service.ts';
import {
  FILES,
  LAYER,
  type LayerFingerprintWorld,
  PARAMETER,
  startLayerFingerprintWorld,
} from '../support/layer-fingerprint/layer-fingerprint-world.ts';

const TOKEN = `arn:aws:lambda:${DEFAULT_REGION}:${DEFAULT_ACCOUNT_ID}:function:deploytime-layer-fingerprint`;
const NEW_FILES = { ...FILES, 'python/shop.py': 'PRICE = 2\n' };

/** Stacks whose fingerprint is answered by the bundle that is deployed, in a process of its own. */
interface Scene {
  readonly world: LayerFingerprintWorld;
  readonly service: BuiltService;
  /** @param options.isTwice A second resource asks the same, after the first. */
  readonly deploy: (
    properties: TemplateProperties,
    options?: { readonly breaks?: boolean; readonly isTwice?: boolean },
  ) => Promise<DeployResult>;
  readonly attributes: () => Readonly<Record<string, unknown>>;
}

async function withScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const responses = await startResponseServer();
  let stack: Stack | undefined;
  try {
    await using world = await startLayerFingerprintWorld({ statusOf: () => stack?.status });
    const { archives } = world.layers;
    const service = await builtService('layer-fingerprint', {
      region: DEFAULT_REGION,
      accountId: DEFAULT_ACCOUNT_ID,
      responseEndpoint: new URL(responses.origin),
      serviceEndpoints: {
        LAMBDA: new URL(world.layers.origin),
        SSM: new URL(world.ssm.origin),
        CLOUDFORMATION: new URL(world.statuses.origin),
      },
      registryHosts: { [archives.host]: archives.origin },
    });
    const log = () => [...service.provider.lines, ...service.undelivered.lines].join('\n');
    try {
      const played = new Stack({
        responses,
        providers: {
          [TOKEN]: {
            handler: handlerOf(service.provider),
            maximumRetryAttempts: 0,
            onFailure: { handler: handlerOf(service.undelivered) },
          },
        },
        attributes: { [LAYER_FINGERPRINT_TYPE]: LAYER_FINGERPRINT_ATTRIBUTES },
        log,
      });
      stack = played;
      let generation = 0;
      const deploy: Scene['deploy'] = (asked, { breaks = false, isTwice = false } = {}) => {
        generation += 1;
        const type = LAYER_FINGERPRINT_TYPE;
        const properties = { ServiceToken: TOKEN, ...asked };
        const template = {
          Layer: { type, properties },
          ...(isTwice && { Second: { type, properties, dependsOn: ['Layer'] } }),
          Function: { type: BUILT_IN_TYPE, properties: { Layer: getAtt('Layer', 'LayerVersionArn') } },
          Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Function'] },
        };
        return played.deploy(template, breaks ? { fail: { logicalId: 'Breaker' } } : {});
      };
      await play({
        world,
        service,
        deploy,
        attributes: () => played.resources.get('Layer')?.attributes ?? {},
      });
      assert.equal((await played.delete()).status, 'DELETE_COMPLETE');
      assert.deepEqual(await played.violations(), []);
      assert.deepEqual(world.violations(), []);
      assert.ok(archives.secrets.every((secret) => !log().includes(secret)));
    } finally {
      await service.stop();
    }
  } finally {
    await responses.stop();
  }
}

/** Entry, environment, clients and all: what the tests of the source can't see. */
describe(`The built function of ${LAYER_FINGERPRINT_TYPE}`, () => {
  test('answers with the newest version, stays with its content, goes forward, and back when something fails', () =>
    withScene(async ({ world, deploy, attributes }) => {
      const created = await deploy({ LayerName: LAYER });
      assert.equal(created.status, 'CREATE_COMPLETE');
      const first = attributes();
      assert.equal(first.LayerVersionArn, world.first.arn);
      assert.equal(first.CodeSha256, world.first.codeSha256);
      assert.match(String(first.Fingerprint), /^[0-9a-f]{64}$/);

      const rebuilt = await world.publish(FILES);
      await deploy({ LayerName: LAYER, DeploymentId: '2' });
      assert.deepEqual(attributes(), { ...first, LatestLayerVersionArn: rebuilt.arn });

      const third = await world.publish(NEW_FILES);
      const failed = await deploy({ LayerName: LAYER, DeploymentId: '3' }, { breaks: true });
      assert.equal(failed.status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(attributes(), { ...first, LatestLayerVersionArn: rebuilt.arn });

      assert.equal((await deploy({ LayerName: LAYER, DeploymentId: '4' })).status, 'UPDATE_COMPLETE');
      assert.equal(attributes().LayerVersionArn, third.arn);
    }));

  test('fails for a parameter that names a version that was deleted, and its rollback does not', () =>
    withScene(async ({ world, deploy, attributes }) => {
      await deploy({ ParameterName: PARAMETER });
      const first = attributes();
      const second = await world.publish(NEW_FILES);
      world.ssm.parameters.put(PARAMETER, second.arn);
      world.layers.shelf.remove(second.arn);
      const failed = await deploy({ ParameterName: PARAMETER, DeploymentId: '2' });
      assert.equal(failed.status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.match(
        failed.failures[0]?.reason ?? '',
        /NotFound: There is no layer version arn:.*:2, which the parameter \/shop\/layer names/,
      );
      assert.deepEqual(attributes(), first);
    }));

  test('downloads an archive once while it is warm, and once more when it is cold', () =>
    withScene(async ({ world, service, deploy }) => {
      await deploy({ LayerName: LAYER }, { isTwice: true });
      assert.deepEqual(countsOf(world), { ListLayerVersions: 2, GetLayerVersionByArn: 2, downloads: 1 });

      await service.provider.recycle();
      await deploy({ LayerName: LAYER, Exclude: ['*.md'] }, { isTwice: true });
      assert.deepEqual(countsOf(world), { ListLayerVersions: 4, GetLayerVersionByArn: 4, downloads: 2 });

      // What the id remembers spares a cold one the download too.
      await service.provider.recycle();
      await deploy({ LayerName: LAYER, Exclude: ['*.md'], DeploymentId: '3' }, { isTwice: true });
      assert.deepEqual(countsOf(world), { ListLayerVersions: 6, GetLayerVersionByArn: 6, downloads: 2 });
    }));
});

/** The requests so far, by what was asked. */
function countsOf(world: LayerFingerprintWorld): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of world.layers.calls) counts[action] = (counts[action] ?? 0) + 1;
  return { ...counts, downloads: world.downloads() };
}
