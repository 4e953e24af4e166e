import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { type Account, openAccount } from '../../local/account.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { removeParameter } from '../../local/parameter.ts';
import { runPython } from '../support/examples/python-program.ts';
import { readTemplate } from '../support/examples/template.ts';
import { deployStack } from '../support/local/deployed-service.ts';
import { deployOneFile, readOneFile } from '../support/local/one-file.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const STACK_SET = join('examples', 'many-accounts', 'stack-set.yaml');
const PARAMETER = '/shop/release';

/** What a StackSet would do, in two accounts; MiniStack makes nothing of AWS::CloudFormation::StackSet itself. */
describe('the one file in two accounts', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let one: Account;
  let other: Account;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-accounts-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
    one = await openAccount(ministack.endpoint, { AWS_ACCESS_KEY_ID: '111111111111' });
    other = await openAccount(ministack.endpoint, { AWS_ACCESS_KEY_ID: '222222222222' });
    assert.deepEqual([one.accountId, other.accountId], ['111111111111', '222222222222']);
    for (const account of [one, other]) await deployOneFile(account);
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A stack that asks for the tag of the release, by a token that is of whatever account it is in. */
  function ask(account: Account, deploymentId: string) {
    return deployStack(account, {
      stack: 'consumer',
      asked: {
        Type: 'Custom::ImageTag',
        Properties: {
          ParameterName: PARAMETER,
          DeploymentId: deploymentId,
        },
      },
      attributes: ['Tag'],
    });
  }

  test('is there in each, under its fixed names', async () => {
    for (const { lambda, accountId, region } of [one, other]) {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      const arns = Functions.map(({ FunctionArn }) => FunctionArn).toSorted();
      assert.equal(arns.length, 6);
      assert.equal(arns[0], `arn:aws:lambda:${region}:${accountId}:function:deploytime-ecr-image`);
    }
  });

  test('answers each account with what that one has', async () => {
    await one.ssm.send(new PutParameterCommand({ Name: PARAMETER, Value: 'v1', Type: 'String' }));
    await other.ssm.send(new PutParameterCommand({ Name: PARAMETER, Value: 'v2', Type: 'String' }));
    for (const [account, tag] of [
      [one, 'v1'],
      [other, 'v2'],
    ] as const) {
      const { answer, attributes } = await ask(account, 'first');
      assert.equal(answer.status, 'SUCCESS', answer.reason);
      assert.deepEqual(attributes, { Tag: tag });
    }
  });

  test('lets one account fail alone', async () => {
    await removeParameter(one, PARAMETER, NEVER);
    const [first, second] = [await ask(one, 'second'), await ask(other, 'second')];
    assert.equal(first.answer.status, 'FAILED');
    assert.match(first.answer.reason ?? '', /\/shop\/release/);
    assert.equal(second.answer.status, 'SUCCESS', second.answer.reason);
  });
});

test('cfn-lint finds nothing in the template of the StackSet', witness('cfn-lint'), async () => {
  assert.equal(await runPython('cfn-lint', [STACK_SET]), '');
});

test('the StackSet gives parameters that the one file has', async () => {
  const { Resources } = await readTemplate(STACK_SET);
  const given = Resources.Service?.Properties?.Parameters as { readonly ParameterKey: string }[];
  const { Parameters } = JSON.parse(readOneFile());
  assert.notEqual(given.length, 0);
  for (const { ParameterKey } of given) assert.ok(ParameterKey in Parameters, ParameterKey);
});
