import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Account } from '../../local/account.ts';
import { createDatabaseCluster } from '../../local/database-cluster.ts';
import { standInForScalableTargets } from '../../local/scalable-targets.ts';
import { ArtifactBucket } from '../support/examples/artifact-bucket.ts';
import { ExampleStack } from '../support/examples/example-stack.ts';
import { LayerStack } from '../support/examples/layer-stack.ts';
import { assertUses, tellOfLayer } from '../support/examples/layer-story.ts';
import { NETWORK } from '../support/examples/network.ts';
import { nightAwayFrom } from '../support/examples/night.ts';
import { removeReleases, tellOfRelease } from '../support/examples/release-story.ts';
import { imageOfFunction, imageOfService } from '../support/examples/running-code.ts';
import { assertPlanned, assertUnplanned } from '../support/examples/scaling-story.ts';
import { CloudFormationFolder, SamFolder, type TemplateFolder } from '../support/examples/template-folder.ts';
import { type DeployedService, startDeployedService } from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
/** A night that is not now, and a class that MiniStack can order. */
const NIGHT = { ...nightAwayFrom(new Date()), BatchInstanceClass: 'db.r5.xlarge' };
/** Each of a folder's stories waits for CloudFormation most of its time. */
const AT_ONCE = { concurrency: 8 };

/** The templates that users copy, deployed, changed and deleted in an account where the service is. */
describe('the templates of the examples', witness('ministack'), () => {
  let service: DeployedService;
  let account: Account;
  let bucket: ArtifactBucket;
  before(async () => {
    service = await startDeployedService();
    account = service.account;
    // MiniStack has neither Application Auto Scaling nor DocumentDB in its CloudFormation.
    await standInForScalableTargets(account, NEVER);
    bucket = new ArtifactBucket(account.endpoint);
    await bucket.create();
  });
  after(() => service?.[Symbol.asyncDispose]());

  const folders = [new CloudFormationFolder(), new SamFolder()];
  describe('all of them', AT_ONCE, () => {
    for (const folder of folders) examplesOf(folder);
  });
  for (const folder of folders) {
    test(`${folder.path} has no file that was left out`, () => {
      assert.deepEqual(folder.filesRead(), folder.files());
    });
  }

  function examplesOf(folder: TemplateFolder): void {
    const tool = folder.path.split('/').at(-1) ?? '';
    const stackOf = (name: string) => new ExampleStack(account, `${tool}-${name}`);
    const layerStackOf = (name: string, parameter: string) =>
      new LayerStack({ account, bucket, folder, stackName: `${tool}-${name}`, parameter });

    describe(folder.path, AT_ONCE, () => {
      test('image-function.yaml follows the release, and goes with its stack', async () => {
        const stack = stackOf('greeter');
        const template = await folder.template('image-function.yaml');
        const outputs = await tellOfRelease({
          account,
          deploy: (DeploymentId) => stack.deploy(template, { DeploymentId }),
          runningImage: ({ FunctionName }) => imageOfFunction(account, FunctionName),
          resources: () => stack.resources(),
        });
        await removeReleases(account, outputs);
        await stack.delete();
        await assert.rejects(imageOfFunction(account, outputs.FunctionName), /not found/i);
      });

      test('ecs-service.yaml follows the release, and goes with its stack', async () => {
        const stack = stackOf('web');
        const template = await folder.template('ecs-service.yaml');
        const outputs = await tellOfRelease({
          account,
          deploy: (DeploymentId) => stack.deploy(template, { DeploymentId, ...NETWORK }),
          runningImage: ({ ClusterName, ServiceName }) => imageOfService(account, ClusterName, ServiceName),
          resources: () => stack.resources(),
        });
        await removeReleases(account, outputs);
        await stack.delete();
      });

      test('layer-consumer.yaml in two stacks follows the content of layer-producer.yaml', async () => {
        const LayerParameter = `/${tool}/prices`;
        const layer = layerStackOf('prices', LayerParameter);
        const consumers = [stackOf('invoices'), stackOf('offers')];
        const template = await folder.template('layer-consumer.yaml');
        await tellOfLayer({
          account,
          folder: join(folder.path, 'layer'),
          layer,
          deployConsumers: (DeploymentId) =>
            Promise.all(consumers.map((stack) => stack.deploy(template, { DeploymentId, LayerParameter }))),
        });
        await Promise.all(consumers.map((stack) => stack.delete()));
        await layer.delete();
      });

      test('nightly-batch.yaml has its plan, changes it in place, and takes it along', async () => {
        const stack = stackOf('nightly-batch');
        const DatabaseCluster = `${tool}-orders`;
        // MiniStack's CloudFormation makes none.
        await createDatabaseCluster(account, DatabaseCluster, NEVER);
        const template = await folder.template('nightly-batch.yaml');
        const parameters = { DatabaseCluster, ...NIGHT, ...NETWORK };
        const outputs = await stack.deploy(template, parameters);
        await assertPlanned(account, outputs, DatabaseCluster);
        assert.deepEqual(await stack.deploy(template, { ...parameters, BatchTasks: '8' }), outputs);
        await assertPlanned(account, outputs, DatabaseCluster);
        await stack.delete();
        await assertUnplanned(account, outputs);
      });

      test('all-together.yaml has an application with all four', async () => {
        const LayerParameter = `/${tool}/shop/prices`;
        const layer = layerStackOf('shop-prices', LayerParameter);
        const DatabaseCluster = `${tool}-shop`;
        const stack = stackOf('shop');
        const [published, template] = await Promise.all([
          layer.publish({ name: 'first', builtAt: new Date('2026-01-01T00:00:00Z'), isChanged: false }),
          folder.template('all-together.yaml'),
          createDatabaseCluster(account, DatabaseCluster, NEVER),
        ]);
        const parameters = { LayerParameter, DatabaseCluster, ...NIGHT, ...NETWORK };
        const outputs = await tellOfRelease({
          account,
          deploy: (DeploymentId) => stack.deploy(template, { DeploymentId, ...parameters }),
          runningImage: ({ ClusterName, ServiceName }) => imageOfService(account, ClusterName, ServiceName),
          resources: () => stack.resources(),
        });
        const report = { ...outputs, FunctionName: outputs.ReportName ?? '' };
        await assertUses({ account, layerName: layer.layerName }, report, published.LayerVersionArn);
        await assertPlanned(account, outputs, DatabaseCluster);
        await removeReleases(account, outputs);
        await stack.delete();
        await assertUnplanned(account, outputs);
        await layer.delete();
      });
    });
  }
});
