import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Account } from '../../local/account.ts';
import { ArtifactBucket } from '../support/examples/artifact-bucket.ts';
import {
  BATCH_INSTANCE_CLASS,
  NETWORK,
  nightAwayFrom,
  startExampleAccount,
} from '../support/examples/example-account.ts';
import { ExampleStack } from '../support/examples/example-stack.ts';
import { LayerStack } from '../support/examples/layer-stack.ts';
import { assertUses, tellOfLayer } from '../support/examples/layer-story.ts';
import { removeReleases, tellOfRelease } from '../support/examples/release-story.ts';
import { imageOfFunction, imageOfService } from '../support/examples/running-code.ts';
import { assertPlanned, assertUnplanned } from '../support/examples/scaling-story.ts';
import { TemplateFolder } from '../support/examples/template-folder.ts';
import { CLOUDFORMATION, SAM, type TemplateTool } from '../support/examples/template-tool.ts';
import type { DeployedService } from '../support/local/deployed-service.ts';
import { witness } from '../support/witness.ts';

const { timezone, start, end } = nightAwayFrom(new Date());
const NIGHT = { Timezone: timezone, Start: start, End: end, BatchInstanceClass: BATCH_INSTANCE_CLASS };
/** Each of a folder's stories waits for CloudFormation most of its time. */
const AT_ONCE = { concurrency: 8 };

/** The templates that users copy, deployed, changed and deleted in an account where the service is. */
describe('the templates of the examples', witness('ministack'), () => {
  const folders = [CLOUDFORMATION, SAM].map((tool) => new TemplateFolder(tool));
  let service: DeployedService;
  let account: Account;
  let bucket: ArtifactBucket;
  before(async () => {
    service = await startExampleAccount(
      folders.flatMap(({ tool }) => ['orders', 'shop'].map((name) => databaseClusterOf(tool, name))),
    );
    account = service.account;
    bucket = new ArtifactBucket(account.endpoint);
    await bucket.create();
  });
  after(() => service?.[Symbol.asyncDispose]());

  describe('all of them', AT_ONCE, () => {
    for (const folder of folders) examplesOf(folder);
  });
  for (const folder of folders) {
    test(`${folder.tool.folder} has no file that was left out`, () => {
      assert.deepEqual(folder.filesRead(), folder.files());
    });
  }

  function examplesOf(folder: TemplateFolder): void {
    const { tool } = folder;
    const prefix = prefixOf(tool);
    const stackOf = (name: string) => new ExampleStack(account, `${prefix}-${name}`);
    const layerStackOf = (name: string, parameter: string) =>
      new LayerStack({ account, bucket, folder, stackName: `${prefix}-${name}`, parameter });

    describe(tool.folder, AT_ONCE, () => {
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
        const LayerParameter = `/${prefix}/prices`;
        const layer = layerStackOf('prices', LayerParameter);
        const consumers = [stackOf('invoices'), stackOf('offers')];
        const template = await folder.template('layer-consumer.yaml');
        await tellOfLayer({
          account,
          folder: join(tool.folder, 'layer'),
          layer,
          deployConsumers: (DeploymentId) =>
            Promise.all(consumers.map((stack) => stack.deploy(template, { DeploymentId, LayerParameter }))),
        });
        await Promise.all(consumers.map((stack) => stack.delete()));
        await layer.delete();
      });

      test('nightly-batch.yaml has its plan, changes it in place, and takes it along', async () => {
        const stack = stackOf('nightly-batch');
        const DatabaseCluster = databaseClusterOf(tool, 'orders');
        const template = await folder.template('nightly-batch.yaml');
        const parameters = { DatabaseCluster, ...NIGHT, ...NETWORK };
        const outputs = await stack.deploy(template, parameters);
        const example = { outputs, databaseCluster: DatabaseCluster };
        await assertPlanned(account, { ...example, tasks: 12 });
        assert.deepEqual(await stack.deploy(template, { ...parameters, BatchTasks: '8' }), outputs);
        await assertPlanned(account, { ...example, tasks: 8 });
        await stack.delete();
        await assertUnplanned(account, outputs);
      });

      test('all-together.yaml has an application with all four', async () => {
        const LayerParameter = `/${prefix}/shop/prices`;
        const layer = layerStackOf('shop-prices', LayerParameter);
        const DatabaseCluster = databaseClusterOf(tool, 'shop');
        const stack = stackOf('shop');
        const [published, template] = await Promise.all([
          layer.publish({ name: 'first', builtAt: new Date('2026-01-01T00:00:00Z'), isChanged: false }),
          folder.template('all-together.yaml'),
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
        await assertPlanned(account, { outputs, databaseCluster: DatabaseCluster, tasks: 12 });
        await removeReleases(account, outputs);
        await stack.delete();
        await assertUnplanned(account, outputs);
        await layer.delete();
      });
    });
  }
});

/** The stacks of both tools are in one account. */
function prefixOf({ folder }: TemplateTool): string {
  return basename(folder);
}

function databaseClusterOf(tool: TemplateTool, name: string): string {
  return `${prefixOf(tool)}-${name}`;
}
