import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Account } from '../../../local/account.ts';
import { deployExamples } from '../../../local/example-run/deployment.ts';
import { LocalError } from '../../../local/local-error.ts';
import { Progress } from '../../../local/progress.ts';
import { event, type FakeCloudFormation, startFakeCloudFormation } from '../fake-cloudformation.ts';

const TAG = { LogicalResourceId: 'Release', ResourceType: 'Custom::ImageTag' };

describe('a deployment of examples', () => {
  let cloudFormation: FakeCloudFormation;
  let output = '';
  let context: Readonly<Record<string, string>> = {};
  beforeEach(async () => {
    cloudFormation = await startFakeCloudFormation();
    output = '';
  });
  afterEach(() => cloudFormation.close());

  /** @param events What CloudFormation tells once the CDK CLI is at work. @param failure What the CLI ends with. */
  function deploy(asked: readonly string[], events: readonly StackEvent[], failure?: LocalError) {
    const account: Pick<Account, 'cloudFormation' | 'endpoint' | 'registryHost'> = {
      cloudFormation: cloudFormation.client,
      endpoint: new URL('http://127.0.0.1:4566'),
      registryHost: '000000000000.dkr.ecr.us-east-1.amazonaws.com',
    };
    const write = (text: string | Uint8Array) => {
      output += text;
      return true;
    };
    const progress = new Progress({ write });
    const cdk = {
      bootstrap: async () => {},
      deploy: async (_: unknown, given: Readonly<Record<string, string>>) => {
        context = given;
        cloudFormation.events.push(...events);
        if (failure !== undefined) throw failure;
      },
    };
    const run = {
      account: account as Account,
      cdk,
      progress,
      folder: '',
      signal: new AbortController().signal,
    };
    return deployExamples(run, { title: 'deploy', stacks: ['example'], context: { more: 'yes' }, asked });
  }

  test('gives the answers in the order in which they are asked, and shows them as they come', async () => {
    const answers = await deploy(
      ['Custom::ImageTag', 'Custom::EcrImage'],
      [
        event(1, 'CREATE_IN_PROGRESS'),
        event(2, 'CREATE_COMPLETE'),
        event(3, 'CREATE_IN_PROGRESS', TAG),
        event(4, 'CREATE_COMPLETE', TAG),
      ],
    );
    assert.deepEqual(
      answers.map(({ resourceType }) => resourceType),
      ['Custom::ImageTag', 'Custom::EcrImage'],
    );
    assert.match(
      output,
      /^ {4}Create Image of example: SUCCESS \(1\.0 s\)\n {4}Create Release of example: SUCCESS \(1\.0 s\)\n✓ deploy/,
    );
    assert.equal(context.more, 'yes');
    assert.equal(context['deploytime:EndpointOverride'], 'http://127.0.0.1:4566');
  });

  test('passes over resources that are not asked: MiniStack has events of them all the same', async () => {
    const answers = await deploy(
      ['Custom::ImageTag'],
      [
        event(1, 'UPDATE_IN_PROGRESS'),
        event(2, 'UPDATE_COMPLETE'),
        event(3, 'UPDATE_IN_PROGRESS', TAG),
        event(4, 'UPDATE_COMPLETE', TAG),
      ],
    );
    assert.equal(answers.length, 1);
    assert.doesNotMatch(output, /Image of example/);
  });

  test('fails where a resource that had to be asked was not', async () => {
    const asked = ['Custom::EcrImage', 'Custom::ImageTag'];
    await assert.rejects(
      deploy(asked, [event(1, 'CREATE_IN_PROGRESS'), event(2, 'CREATE_COMPLETE')]),
      /^LocalError: deploy ended with 1 answers of the service, not 2: look at the events of example$/,
    );
  });

  test("fails with the service's reason where it answered FAILED, and shows the end of the CLI's output", async () => {
    const failed = event(2, 'UPDATE_FAILED', { ResourceStatusReason: 'NotFound: the reason' });
    const failure = new LocalError('cdk deploy failed', 'the end of its output');
    for (const end of [undefined, failure]) {
      cloudFormation.events.length = 0;
      await assert.rejects(
        deploy(['Custom::EcrImage'], [event(1, 'UPDATE_IN_PROGRESS'), failed], end),
        (error) => {
          assert.ok(error instanceof LocalError);
          assert.equal(
            error.message,
            'the service answered Update of Image of example with FAILED: NotFound: the reason',
          );
          assert.equal(error.details, end?.details);
          return true;
        },
      );
      assert.match(output, /FAILED \(1\.0 s\)\n {4}NotFound: the reason\n/);
    }
  });

  test('fails as the CLI does where the service did not answer FAILED', async () => {
    const failure = new LocalError('cdk deploy failed', 'the end of its output');
    await assert.rejects(deploy(['Custom::EcrImage'], [], failure), failure);
  });
});
