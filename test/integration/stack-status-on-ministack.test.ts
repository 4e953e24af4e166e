import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from '../../handlers/cloudformation/stack-status-store.ts';
import { startMiniStack } from '../../local/ministack.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;

/** Another server's DescribeStacks than our stand-in, through the same client. */
test("a stack's status is read from MiniStack", witness('ministack'), async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-status-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  context.after(() => ministack.stop());
  const client = createCloudFormationClient({
    endpoint: ministack.endpoint.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'test' },
  });
  context.after(() => client.destroy());
  const Parameter = { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'v1' } };
  const TemplateBody = JSON.stringify({ Resources: { Parameter } });
  const { StackId = '' } = await client.send(new CreateStackCommand({ StackName: 'shop', TemplateBody }));

  const warnings: string[] = [];
  const statuses = new CloudFormationStackStatuses(client, {
    warn: (message) => void warnings.push(message),
  });
  assert.equal(await statuses.isRollingBack(StackId, NEVER), false);
  assert.deepEqual(warnings, []);
  const other = StackId.replace('stack/shop/', 'stack/other/');
  assert.equal(await statuses.isRollingBack(other, NEVER), undefined);
  assert.equal(warnings.length, 1);
});
