import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  DeleteFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { VERSION } from '../../cli/package-files.ts';
import { type PROVIDERS, RESOURCE_TYPES, serviceTokenArn } from '../../cli/service/service-name.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type CommandEnd, runCommand } from '../cli/command.ts';
import { smallServiceTemplate } from '../cli/service-template.ts';
import { startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

/*
 * `deploytime doctor` as a process. MiniStack has all that it looks at but ECR's account setting, and moto's
 * CloudFormation needs packages that are not installed here: each is what "not known" looks like.
 */

const REGION = 'eu-central-1';
const ACCOUNT = '000000000000';
const PLACE = { partition: 'aws', region: REGION, accountId: ACCOUNT, qualifier: '' };
const STACK_LIMIT_SECONDS = 60;

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let environment: Readonly<Record<string, string>> = {};
  let configuration: ReturnType<typeof configurationAt>;
  const clients: { destroy(): void }[] = [];
  const made = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-doctor-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
    environment = environmentAt(ministack.endpoint.origin);
    configuration = configurationAt(ministack.endpoint.origin);
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const doctor = (...args: readonly string[]): Promise<CommandEnd> =>
    runCommand(['doctor', ...args], { environment });
  const checks = async (...args: readonly string[]) => {
    const { stdout, exitCode } = await doctor('--json', ...args);
    const document = JSON.parse(stdout) as {
      readonly verdict: string;
      readonly checks: readonly {
        readonly check: string;
        readonly subject: string;
        readonly state: string;
      }[];
      readonly uses: readonly unknown[] | null;
      readonly version: unknown;
    };
    const odd = document.checks.filter(({ state }) => state !== 'ok');
    return {
      exitCode,
      document,
      odd: odd.map(({ check, subject, state }) => `${state} ${check} ${subject}`),
    };
  };

  test('a service that is not here', async () => {
    const { exitCode, stdout } = await doctor();
    assert.equal(exitCode, 12);
    assert.match(
      stdout,
      /^✗ wrong +service +deploytime +the service is not deployed in account 0{12}, eu-central-1: none of its 6 functions is there\n +→ deploytime deploy$/m,
    );
    assert.match(stdout, /\nSomething is wrong with the service\n$/);
  });

  test('a service that was deployed, and the stacks that use it', async () => {
    const template = join(folder, 'service.json');
    await writeFile(template, smallServiceTemplate());
    const deployed = await runCommand(['deploy', '--template', template, '--yes'], { environment });
    assert.equal(deployed.exitCode, 0, deployed.stderr);
    const cloudFormation = made(new CloudFormationClient(configuration));
    await createUser(cloudFormation, 'shop', ['ecr-image', 'image-tag']);
    await createUser(cloudFormation, 'batch', ['scheduled-scaling']);

    const { exitCode, stdout, stderr } = await doctor();
    assert.equal(exitCode, 13, stdout);
    assert.equal(stderr, '');
    assert.match(stdout, /^✓ ok +function +deploytime-scaling-step +Active, nodejs24\.x, arm64$/m);
    assert.match(stdout, new RegExp(`^✓ ok +version +version +${VERSION}, as this command's$`, 'm'));
    assert.match(stdout, /^✓ ok +dead-letters +deploytime-scaling-dead-letters +empty$/m);
    assert.match(stdout, /^✓ ok +stacks +stacks +2 of 3 stacks use it, with 3 resources$/m);
    assert.match(
      stdout,
      /^STACK +RESOURCE +TYPE +STATUS\nbatch +R0 +Custom::ScheduledScaling +CREATE_COMPLETE$/m,
    );
    assert.match(stdout, /\nNothing is known to be wrong, but not everything could be looked at\n$/);

    const { odd, document } = await checks();
    assert.deepEqual(odd, ['unknown blob-mounting ECR BLOB_MOUNTING'], 'MiniStack has no GetAccountSetting');
    assert.equal(document.verdict, 'undetermined');
    assert.deepEqual(document.version, { deployed: [VERSION], command: VERSION });
    assert.equal(document.uses?.length, 3);
    assert.equal((await checks('--no-stacks')).document.uses, null);
    assert.equal((await checks('--qualifier', 'second')).odd[0], 'wrong service deploytime-second');
  });

  test('a service that stacks use is not removed', async () => {
    const { exitCode, stderr } = await runCommand(['remove', '--yes'], { environment });
    assert.equal(exitCode, 14);
    assert.match(stderr, /^deploytime: 2 stacks use the service, .*: batch, shop\. /);
  });

  test('everything that somebody did to it by hand', async () => {
    const lambda = made(new LambdaClient(configuration));
    const ssm = made(new SSMClient(configuration));
    const sqs = made(new SQSClient(configuration));
    const eventBridge = made(new EventBridgeClient(configuration));
    await lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: 'deploytime-ecr-image',
        ReservedConcurrentExecutions: 0,
      }),
    );
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'deploytime-scaling-step' }));
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'deploytime-undelivered',
        Environment: { Variables: { DEPLOYTIME_VERSION: '0.0.1' } },
      }),
    );
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'deploytime-image-tag',
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
      }),
    );
    await ssm.send(new DeleteParameterCommand({ Name: '/deploytime/service-token/ecr-image' }));
    await ssm.send(
      new PutParameterCommand({
        Name: '/deploytime/service-token/image-tag',
        Value: 'arn:aws:lambda:eu-central-1:000000000000:function:other',
        Overwrite: true,
      }),
    );
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: 'deploytime-scaling-dead-letters' }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    await eventBridge.send(new DisableRuleCommand({ Name: 'deploytime-scaling-sweep' }));

    const { odd, exitCode } = await checks('--no-stacks');
    assert.equal(exitCode, 12);
    // An update may still be in progress, which is a note.
    const told = odd.filter((line) => !line.startsWith('note function '));
    assert.deepEqual(told, [
      'wrong function deploytime-ecr-image',
      'wrong function deploytime-scaling-step',
      'wrong version version',
      'wrong failure-destination deploytime-image-tag',
      'wrong service-token /deploytime/service-token/ecr-image',
      'wrong service-token /deploytime/service-token/image-tag',
      'wrong dead-letters deploytime-scaling-dead-letters',
      'wrong sweep deploytime-scaling-sweep',
      'unknown blob-mounting ECR BLOB_MOUNTING',
    ]);
  });
});

test('a service that no stack uses is removed from MiniStack', witness('ministack'), async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-remove-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  context.after(() => ministack.stop());
  const environment = environmentAt(ministack.endpoint.origin);
  const template = join(folder, 'service.json');
  await writeFile(template, smallServiceTemplate());
  const none = await runCommand(['remove'], { environment });
  assert.deepEqual([none.exitCode, none.stdout], [0, 'There is no stack deploytime\n']);
  await runCommand(['deploy', '--template', template, '--yes'], { environment });
  const unasked = await runCommand(['remove'], { environment });
  assert.equal(unasked.exitCode, 9);
  assert.match(unasked.stderr, /"Remove the service with its stack deploytime\?" can't be asked/);
  const removed = await runCommand(['remove', '--yes', '--json'], { environment });
  assert.equal(removed.exitCode, 0, removed.stderr);
  assert.match(removed.stderr, /^DELETE_COMPLETE AWS::Lambda::Function EcrImage/m);
  const { removed: isRemoved, keptTable } = JSON.parse(removed.stdout);
  assert.deepEqual([isRemoved, keptTable], [true, 'deploytime-scaling']);
  const again = await runCommand(['remove', '--json'], { environment });
  assert.deepEqual(JSON.parse(again.stdout).resources, null);
});

test('moto, which is out of order where it is asked for stacks', witness('moto_server'), async (context) => {
  const moto = await startMoto();
  context.after(() => moto.stop());
  // Six tries would take half a minute.
  const environment = { ...environmentAt(moto.origin), AWS_MAX_ATTEMPTS: '1' };
  const { exitCode, stdout } = await runCommand(['doctor'], { environment });
  assert.equal(exitCode, 12);
  assert.match(stdout, /^\? unknown +stacks +stacks +CloudFormation in eu-central-1 was out of order/m);
});

/** A stack with a resource for each of these providers. */
async function createUser(
  client: CloudFormationClient,
  StackName: string,
  providers: readonly (typeof PROVIDERS)[number][],
): Promise<void> {
  const resources = providers.map(
    (name, index) =>
      [
        `R${index}`,
        {
          Type: RESOURCE_TYPES[name],
          Properties: { ServiceToken: serviceTokenArn(name, PLACE), ServiceTimeout: 30 },
        },
      ] as const,
  );
  const TemplateBody = JSON.stringify({ Resources: Object.fromEntries(resources) });
  await client.send(new CreateStackCommand({ StackName, TemplateBody }));
  const waiting = { client, maxWaitTime: STACK_LIMIT_SECONDS, minDelay: 1, maxDelay: 2 };
  await waitUntilStackCreateComplete(waiting, { StackName });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  assert.equal(Stacks?.[0]?.StackStatus, 'CREATE_COMPLETE');
}

function configurationAt(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' } };
}

function environmentAt(endpoint: string) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
  };
}
