import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IMAGE_TAG_ATTRIBUTES, IMAGE_TAG_TYPE } from '../../handlers/resources/image-tag-properties.ts';
import { startResponseServer } from '../support/cloudformation/response-server.ts';
import {
  DEFAULT_ACCOUNT_ID,
  DEFAULT_REGION,
  type DeployResult,
  Stack,
} from '../support/cloudformation/stack.ts';
import { BUILT_IN_TYPE, getAtt, type TemplateProperties } from '../support/cloudformation/template.ts';
import {
  ECR_HOST,
  type ImageTagWorld,
  PARAMETER,
  REPOSITORY,
  startImageTagWorld,
} from '../support/image-tag/image-tag-world.ts';
import { storeImage } from '../support/images/push-image.ts';
import { builtService, handlerOf } from '../support/lambda/built-service.ts';

const TOKEN = `arn:aws:lambda:${DEFAULT_REGION}:${DEFAULT_ACCOUNT_ID}:function:deploytime-image-tag`;

/** A stack whose tag is answered by the bundle that is deployed, in a process of its own. */
interface Scene {
  readonly world: ImageTagWorld;
  readonly deploy: (properties: TemplateProperties, breaks?: boolean) => Promise<DeployResult>;
  readonly attributes: () => Readonly<Record<string, unknown>>;
}

async function withScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const responses = await startResponseServer();
  let stack: Stack | undefined;
  try {
    await using world = await startImageTagWorld({ statusOf: () => stack?.status });
    const service = await builtService('image-tag', {
      region: DEFAULT_REGION,
      accountId: DEFAULT_ACCOUNT_ID,
      responseEndpoint: new URL(responses.origin),
      serviceEndpoints: {
        SSM: new URL(world.ssm.origin),
        ECR: new URL(world.ecr.origin),
        CLOUDFORMATION: new URL(world.statuses.origin),
      },
    });
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
        attributes: { [IMAGE_TAG_TYPE]: IMAGE_TAG_ATTRIBUTES },
        log: () => [...service.provider.lines, ...service.undelivered.lines].join('\n'),
      });
      stack = played;
      let generation = 0;
      const deploy: Scene['deploy'] = (properties, breaks = false) => {
        generation += 1;
        return played.deploy(
          {
            Tag: { type: IMAGE_TAG_TYPE, properties: { ServiceToken: TOKEN, ...properties } },
            Function: { type: BUILT_IN_TYPE, properties: { ImageUri: getAtt('Tag', 'ImageUri') } },
            Breaker: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: ['Function'] },
          },
          breaks ? { fail: { logicalId: 'Breaker' } } : {},
        );
      };
      await play({ world, deploy, attributes: () => played.resources.get('Tag')?.attributes ?? {} });
      assert.equal((await played.delete()).status, 'DELETE_COMPLETE');
      assert.deepEqual(await played.violations(), []);
      assert.deepEqual(world.violations(), []);
    } finally {
      await service.stop();
    }
  } finally {
    await responses.stop();
  }
}

/** Entry, environment, clients and all: what the tests of the source can't see. */
describe(`The built function of ${IMAGE_TAG_TYPE}`, () => {
  const PROPERTIES = { ParameterName: PARAMETER, RepositoryName: REPOSITORY, UsedBy: 'lambda' };

  test('answers with the released image, goes forward with the next, and back when something fails', () =>
    withScene(async ({ world, deploy, attributes }) => {
      assert.equal((await deploy(PROPERTIES)).status, 'CREATE_COMPLETE');
      const first = attributes();
      assert.deepEqual(first, {
        Tag: 'v1',
        Digest: world.images.v1.root.digest,
        ImageUri: `${ECR_HOST}/${REPOSITORY}@${world.images.v1.root.digest}`,
        TaggedImageUri: `${ECR_HOST}/${REPOSITORY}:v1`,
        ResolvedFrom: 'parameter',
        ParameterVersion: '1',
      });

      world.release('v2');
      const failed = await deploy({ ...PROPERTIES, DeploymentId: '2' }, true);
      assert.equal(failed.status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(attributes(), first);

      assert.equal((await deploy({ ...PROPERTIES, DeploymentId: '3' })).status, 'UPDATE_COMPLETE');
      assert.equal(attributes().Digest, world.images.v2.root.digest);
    }));

  test('fails for an image that was never pushed, and its rollback does not', () =>
    withScene(async ({ world, deploy, attributes }) => {
      await deploy({ ...PROPERTIES, DeploymentId: '1' });
      const first = attributes();
      world.release('v9');
      const failed = await deploy({ ...PROPERTIES, DeploymentId: '2' });
      assert.equal(failed.status, 'UPDATE_ROLLBACK_COMPLETE');
      assert.match(
        failed.failures[0]?.reason ?? '',
        /NotFound: The repository team\/app has no image v9, which version 2 of the parameter \/shop\/tag names/,
      );
      assert.deepEqual(attributes(), first);
    }));

  test('answers with the default before the first release, and with another account of the registry', () =>
    withScene(async ({ world, deploy, attributes }) => {
      storeImage(world.other.repositories, 'their/app', world.images.multi, 'initial');
      await deploy({
        ParameterName: '/shop/none',
        Default: 'initial',
        RepositoryName: 'their/app',
        RegistryId: world.other.accountId,
        Platform: 'linux/arm64',
      });
      const digest = world.images.multi.images[1]?.root.digest;
      assert.deepEqual(attributes(), {
        Tag: 'initial',
        Digest: digest,
        ImageUri: `${world.other.accountId}.dkr.ecr.us-east-1.amazonaws.com/their/app@${digest}`,
        TaggedImageUri: `${world.other.accountId}.dkr.ecr.us-east-1.amazonaws.com/their/app:initial`,
        ResolvedFrom: 'default',
        ParameterVersion: '',
      });
    }));
});
