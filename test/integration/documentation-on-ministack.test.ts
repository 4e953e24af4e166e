import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CreateStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { type Account, createRepository, openAccount } from '../../local/account.ts';
import { cdkFor } from '../../local/cdk.ts';
import { buildExampleImage } from '../../local/image/example-image.ts';
import { pushImage } from '../../local/image/push-image.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { witness } from '../support/witness.ts';

const STACK_LIMIT_SECONDS = 60;
/** The registry that the examples take their image from, and the image. */
const PUBLIC_REGISTRY = 'public.ecr.aws';
const PUBLIC_IMAGE = { repository: 'lambda/nodejs', tag: '24' };

/** What the examples leave out since it is the same in every template. */
const REPOSITORY = `
  Repository:
    Type: AWS::ECR::Repository
    Properties:
      Tags: [{Key: deploytime, Value: allow}]
`;
const ROLE = `
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]
`;

/** The documentation's templates, as they stand, in stacks of an account where the service is. */
describe('the templates of the documentation', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account: Account;
  const { image } = buildExampleImage('1');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-documentation-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
    account = await openAccount(ministack.endpoint, {});
    const endpoint = account.endpoint.origin;
    const cdk = cdkFor(account, folder);
    await cdk.bootstrap();
    await cdk.deploy('deploytime', {
      'deploytime:EndpointOverride': endpoint,
      // The account's registry stands in for the public one, too.
      'deploytime:RegistryHosts': JSON.stringify({
        [account.registryHost]: endpoint,
        [PUBLIC_REGISTRY]: endpoint,
      }),
    });
    await createRepository(account, PUBLIC_IMAGE.repository);
    await pushImage(
      { registry: account.endpoint, repository: PUBLIC_IMAGE.repository },
      PUBLIC_IMAGE.tag,
      image,
    );
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [page, more] of [
    ['README.md', REPOSITORY + ROLE],
    ['docs/resource-types/ecr-image.md', ''],
  ] as const) {
    test(`${page}: the stack is created, and its image is the source`, async () => {
      const [example = ''] = codeBlocks(page, 'yaml');
      const StackName = page.replaceAll(/\W/g, '-');
      const TemplateBody = `Resources:\n${example.replaceAll(/^(?=.)/gm, '  ')}${more}`;
      await account.cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
      const waited = await waitUntilStackCreateComplete(
        { client: account.cloudFormation, maxWaitTime: STACK_LIMIT_SECONDS, minDelay: 1, maxDelay: 1 },
        { StackName },
      );
      assert.equal(waited.state, 'SUCCESS');
      const { StackResources = [] } = await account.cloudFormation.send(
        new DescribeStackResourcesCommand({ StackName }),
      );
      const physicalId = StackResources.find(
        ({ LogicalResourceId }) => LogicalResourceId === 'Image',
      )?.PhysicalResourceId;
      assert.ok(physicalId?.includes(`:initial@${image.manifest.digest}#`), physicalId);
    });
  }
});
