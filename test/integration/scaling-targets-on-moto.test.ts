import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateDBClusterCommand } from '@aws-sdk/client-docdb';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { EcsChange } from '../../handlers/scaling/decision/change.ts';
import type { ChangeAnswer } from '../../handlers/scaling/decision/scaling-target.ts';
import type { EcsObservation } from '../../handlers/scaling/ecs/observation.ts';
import { createScalingClients, type ScalingClients } from '../../handlers/scaling/targets/scaling-clients.ts';
import { scalingTargets } from '../../handlers/scaling/targets/scaling-targets.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const PERMITTED = [{ key: 'deploytime:scaling', value: 'true' }];

/** It has no Amazon DocumentDB, but the other engines of the same API; ECS and Application Auto Scaling don't know of each other. */
describe('targets on moto', witness('moto_server'), () => {
  let moto: Moto;
  let clients: ScalingClients & Disposable;
  before(async () => {
    moto = await startMoto();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const options = { region: 'us-east-1', endpoint: moto.origin, credentials };
    clients = createScalingClients({ documentDb: options, ecs: options, autoScaling: options });
    const ecs = clients.ecs.changes;
    await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
    const containerDefinitions = [{ name: 'app', image: 'example/app', memory: 64 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: 'app', containerDefinitions }));
  });
  after(async () => {
    clients?.[Symbol.dispose]();
    await moto?.stop();
  });

  async function createService(service: string, tags = PERMITTED) {
    await clients.ecs.changes.send(
      new CreateServiceCommand({
        cluster: 'prod',
        serviceName: service,
        taskDefinition: 'app',
        desiredCount: 2,
        tags,
      }),
    );
    const targets = scalingTargets({ clients });
    const target = { kind: 'ecs', cluster: 'prod', service } as const;
    const observe = async (): Promise<EcsObservation> => {
      const observation = await targets.observe(target, NEVER);
      assert.ok(observation?.target.kind === 'ecs' && 'desiredCount' in observation);
      return observation;
    };
    const change = async (wanted: EcsChange): Promise<ChangeAnswer> =>
      targets.apply(await observe(), wanted, NEVER);
    return { targets, target, observe, change };
  }

  async function giveBounds(service: string, MinCapacity: number, MaxCapacity: number): Promise<void> {
    const command = new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/prod/${service}`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity,
      MaxCapacity,
    });
    await clients.autoScaling.changes.send(command);
  }

  test('a service gets another desired count, and no other deployment', async () => {
    const { observe, change } = await createService('batch');
    const before = await observe();
    assert.equal(before.desiredCount, 2);
    assert.equal(before.status, 'ACTIVE');
    assert.equal(before.scalableTarget, undefined);
    assert.equal(await change({ kind: 'set-desired-count', desiredCount: 5 }), 'accepted');
    const afterwards = await observe();
    assert.equal(afterwards.desiredCount, 5);
    assert.deepEqual(
      afterwards.deployments.map(({ id, status }) => [id, status]),
      before.deployments.map(({ id }) => [id, 'PRIMARY']),
    );
    assert.equal(before.deployments.length, 1);
  });

  test('a service with a scalable target gets other bounds, and another one keeps its own', async () => {
    const { observe, change } = await createService('web');
    const { observe: observeOther } = await createService('web-other');
    await giveBounds('web', 1, 4);
    await giveBounds('web-other', 1, 2);
    assert.deepEqual((await observe()).scalableTarget, { minCapacity: 1, maxCapacity: 4 });
    assert.equal(await change({ kind: 'set-bounds', minCapacity: 3, maxCapacity: 9 }), 'accepted');
    assert.deepEqual((await observe()).scalableTarget, { minCapacity: 3, maxCapacity: 9 });
    assert.deepEqual((await observeOther()).scalableTarget, { minCapacity: 1, maxCapacity: 2 });
  });

  test('a service without the tag keeps its count and its bounds', async () => {
    const { observe, change } = await createService('untagged', []);
    await giveBounds('untagged', 1, 4);
    for (const wanted of [
      { kind: 'set-desired-count', desiredCount: 5 },
      { kind: 'set-bounds', minCapacity: 3, maxCapacity: 9 },
    ] as const) {
      const answer = await change(wanted);
      assert.ok(answer !== 'accepted' && answer.kind === 'access');
    }
    const { desiredCount, scalableTarget } = await observe();
    assert.deepEqual([desiredCount, scalableTarget], [2, { minCapacity: 1, maxCapacity: 4 }]);
  });

  test('a service that was deleted is not there, nor is one of a cluster that never was', async () => {
    const { targets, target, observe } = await createService('gone');
    const observation = await observe();
    await clients.ecs.changes.send(
      new DeleteServiceCommand({ cluster: 'prod', service: 'gone', force: true }),
    );
    assert.equal(await targets.observe(target, NEVER), undefined);
    assert.equal(await targets.observe({ ...target, cluster: 'nowhere' }, NEVER), undefined);
    const answer = await targets.apply(observation, { kind: 'set-desired-count', desiredCount: 1 }, NEVER);
    assert.ok(answer !== 'accepted' && answer.kind === 'not-found');
  });

  for (const Engine of ['neptune', 'aurora-mysql']) {
    test(`a cluster of the engine ${Engine} is no target`, async () => {
      const clusterId = `of-${Engine}`;
      await clients.documentDb.changes.send(
        new CreateDBClusterCommand({
          DBClusterIdentifier: clusterId,
          Engine,
          MasterUsername: 'owner',
          MasterUserPassword: 'not-a-secret',
        }),
      );
      const targets = scalingTargets({ clients });
      await assert.rejects(targets.observe({ kind: 'docdb', clusterId }, NEVER), {
        code: 'InvalidRequest',
        message: `The cluster ${clusterId} is of the engine ${Engine}; only clusters of Amazon DocumentDB (docdb) are scaled`,
      });
      assert.equal(await targets.observe({ kind: 'docdb', clusterId: 'nowhere' }, NEVER), undefined);
    });
  }
});
