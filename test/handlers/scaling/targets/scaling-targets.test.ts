import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change } from '../../../../handlers/scaling/decision/change.ts';
import type { Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import { createScalingClients } from '../../../../handlers/scaling/targets/scaling-clients.ts';
import { scalingTargets } from '../../../../handlers/scaling/targets/scaling-targets.ts';
import { NEVER, OBSERVATION } from './documentdb-samples.ts';
import { startScriptedAws } from './scripted-aws.ts';

const BATCH: Observation = {
  target: { kind: 'ecs', cluster: 'prod', service: 'batch' },
  arn: 'arn:aws:ecs:us-east-1:111122223333:service/prod/batch',
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  deployments: [],
};

describe('a target', () => {
  test('is observed and changed by the API of its kind', async (context) => {
    const aws = await startScriptedAws(context);
    const targets = scalingTargets({ clients: aws.clients, allowedServices: /./ });
    assert.equal(await targets.observe(OBSERVATION.target, NEVER), undefined);
    assert.equal(await targets.observe(BATCH.target, NEVER), undefined);
    assert.equal(await targets.apply(OBSERVATION, { kind: 'stop-cluster' }, NEVER), 'accepted');
    assert.equal(
      await targets.apply(BATCH, { kind: 'set-desired-count', desiredCount: 1 }, NEVER),
      'accepted',
    );
    assert.deepEqual(
      aws.calls.map(({ action }) => action),
      ['DescribeDBClusters', 'DescribeServices', 'StopDBCluster', 'UpdateService'],
    );
  });

  for (const [observation, change, kind] of [
    [OBSERVATION, { kind: 'set-desired-count', desiredCount: 1 }, 'docdb'],
    [OBSERVATION, { kind: 'set-bounds', minCapacity: 1, maxCapacity: 2 }, 'docdb'],
    [BATCH, { kind: 'stop-cluster' }, 'ecs'],
  ] as [Observation, Change, string][]) {
    test(`of the kind ${kind} has no change ${change.kind}: that is our own fault, and nothing is sent`, async (context) => {
      const aws = await startScriptedAws(context);
      const targets = scalingTargets({ clients: aws.clients });
      await assert.rejects(targets.apply(observation, change, NEVER), {
        code: 'InternalFailure',
        message: `The change ${change.kind} is none of a target of the kind ${kind}`,
      });
      assert.deepEqual(aws.calls, []);
    });
  }

  test('that could not be asked, for want of credentials, is refused for want of access', async () => {
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    };
    using clients = createScalingClients({ documentDb: { region: 'us-east-1', credentials } });
    assert.deepEqual(await scalingTargets({ clients }).apply(OBSERVATION, { kind: 'stop-cluster' }, NEVER), {
      kind: 'access',
      message:
        'DocumentDB was not asked to stop the cluster orders: CredentialsProviderError (Could not load credentials)',
    });
  });
});
