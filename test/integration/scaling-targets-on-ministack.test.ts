import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CreateDBClusterCommand, CreateDBInstanceCommand } from '@aws-sdk/client-docdb';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { DocumentDbChange } from '../../handlers/scaling/decision/change.ts';
import type { ChangeAnswer } from '../../handlers/scaling/decision/scaling-target.ts';
import type { DocumentDbObservation } from '../../handlers/scaling/documentdb/observation.ts';
import { replicaName } from '../../handlers/scaling/documentdb/replica-name.ts';
import type { EcsObservation } from '../../handlers/scaling/ecs/observation.ts';
import { DocumentDbReads } from '../../handlers/scaling/targets/documentdb-reads.ts';
import { findOrderableClasses } from '../../handlers/scaling/targets/orderable-classes.ts';
import { createScalingClients, type ScalingClients } from '../../handlers/scaling/targets/scaling-clients.ts';
import { scalingTargets } from '../../handlers/scaling/targets/scaling-targets.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
const ORDERS = { kind: 'docdb', clusterId: 'orders' } as const;
const BATCH = { kind: 'ecs', cluster: 'prod', service: 'batch' } as const;
const PLAN = 'nightly-4f2a';
const REPLICA = replicaName(PLAN, 'orders', 1);
const LARGE = 'db.r6g.large';
const LARGER = 'db.r6g.2xlarge';
const CREATE = { kind: 'create-replica', instance: REPLICA, instanceClass: LARGER, owner: PLAN } as const;
const MASTER = { MasterUsername: 'owner', MasterUserPassword: 'not-a-secret' };

/** Its changes take effect at once, and it has no Application Auto Scaling: a witness for the wire, and for outcomes. */
describe('targets on MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  const opened: (ScalingClients & Disposable)[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-scaling-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    for (const clients of opened) clients[Symbol.dispose]();
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Accounts are told by the access key, and empty at first. */
  function createAccount() {
    const credentials = { accessKeyId: String(opened.length + 1).padStart(12, '0'), secretAccessKey: 'test' };
    const options = { region: 'us-east-1', endpoint: ministack.endpoint.origin, credentials };
    const clients = createScalingClients({ documentDb: options, ecs: options, autoScaling: options });
    opened.push(clients);
    return { clients, targets: scalingTargets({ clients }) };
  }

  async function createOrders() {
    const { clients, targets } = createAccount();
    const client = clients.documentDb.changes;
    await client.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: 'orders',
        Engine: 'docdb',
        EngineVersion: '5.0.0',
        ...MASTER,
      }),
    );
    for (const DBInstanceIdentifier of ['orders-1', 'orders-2']) {
      await client.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier,
          DBClusterIdentifier: 'orders',
          Engine: 'docdb',
          DBInstanceClass: LARGE,
          PromotionTier: 2,
          PreferredMaintenanceWindow: 'sat:01:00-sat:01:30',
        }),
      );
    }
    const observe = async (): Promise<DocumentDbObservation> => {
      const observation = await targets.observe(ORDERS, NEVER);
      assert.ok(observation?.target.kind === 'docdb' && 'instances' in observation);
      return observation;
    };
    const change = async (wanted: DocumentDbChange): Promise<ChangeAnswer> =>
      targets.apply(await observe(), wanted, NEVER);
    const table = async () =>
      (await observe()).instances.map(({ id, instanceClass, isWriter, promotionTier, owner }) =>
        [id, instanceClass, isWriter ? 'writer' : 'replica', promotionTier, ...(owner ? [owner] : [])].join(
          ' ',
        ),
      );
    return { clients, client, observe, change, table };
  }

  test('a cluster gets another class, a replica and another writer, and everything back', async () => {
    const { change, table, observe } = await createOrders();
    const original = ['orders-1 db.r6g.large writer 2', 'orders-2 db.r6g.large replica 2'];
    assert.deepEqual(await table(), original);

    assert.equal(
      await change({ kind: 'change-class', instance: 'orders-2', instanceClass: LARGER }),
      'accepted',
    );
    assert.equal(await change(CREATE), 'accepted');
    assert.equal(await change({ kind: 'fail-over', instance: REPLICA }), 'accepted');
    assert.deepEqual(await table(), [
      'orders-1 db.r6g.large replica 2',
      'orders-2 db.r6g.2xlarge replica 2',
      `${REPLICA} db.r6g.2xlarge writer 15 ${PLAN}`,
    ]);
    assert.ok((await observe()).instances.every(({ status }) => status === 'available'));

    assert.equal(await change({ kind: 'fail-over', instance: 'orders-1' }), 'accepted');
    assert.equal(await change({ kind: 'delete-replica', instance: REPLICA }), 'accepted');
    assert.equal(
      await change({ kind: 'change-class', instance: 'orders-2', instanceClass: LARGE }),
      'accepted',
    );
    assert.deepEqual(await table(), original);
  });

  test("a new replica has the writer's maintenance window and certificate authority", async () => {
    const { clients, change } = await createOrders();
    assert.equal(await change(CREATE), 'accepted');
    const reads = new DocumentDbReads(clients.documentDb.reads);
    const [writer, replica] = await Promise.all([
      reads.findInstance('orders-1', NEVER),
      reads.findInstance(REPLICA, NEVER),
    ]);
    assert.equal(replica?.PreferredMaintenanceWindow, 'sat:01:00-sat:01:30');
    assert.ok(replica.CACertificateIdentifier);
    assert.equal(replica.CACertificateIdentifier, writer?.CACertificateIdentifier);
    const tags = await reads.findTags(replica.DBInstanceArn ?? '', NEVER);
    assert.deepEqual(
      tags?.map(({ Key, Value }) => `${Key}=${Value}`),
      [`deploytime:plan=${PLAN}`, 'deploytime:scaling=true'],
    );
  });

  test('a cluster is stopped and started', async () => {
    const { change, observe } = await createOrders();
    assert.equal(await change({ kind: 'stop-cluster' }), 'accepted');
    assert.equal((await observe()).status, 'stopped');
    assert.equal(await change({ kind: 'start-cluster' }), 'accepted');
    assert.equal((await observe()).status, 'available');
  });

  test('what is refused is told apart', async () => {
    const { change } = await createOrders();
    const kindOf = async (wanted: DocumentDbChange) => {
      const answer = await change(wanted);
      return answer === 'accepted' ? answer : answer.kind;
    };
    assert.equal(await kindOf(CREATE), 'accepted');
    assert.equal(await kindOf(CREATE), 'already-exists');
    assert.equal(await kindOf({ kind: 'fail-over', instance: 'orders-1' }), 'state');
    assert.equal(
      await kindOf({ kind: 'change-class', instance: 'orders-9', instanceClass: LARGER }),
      'not-found',
    );
    assert.equal(await kindOf({ kind: 'delete-replica', instance: 'orders-9' }), 'not-found');
    assert.equal(await kindOf({ kind: 'delete-replica', instance: 'orders-2' }), 'access');
    assert.equal(await kindOf({ kind: 'stop-cluster' }), 'accepted');
    assert.equal(await kindOf({ kind: 'stop-cluster' }), 'state');
  });

  test('a cluster that is not there is undefined, and one of another engine is refused', async () => {
    const { clients, targets } = createAccount();
    await clients.documentDb.changes.send(
      new CreateDBClusterCommand({ DBClusterIdentifier: 'graph', Engine: 'neptune', ...MASTER }),
    );
    assert.equal(await targets.observe(ORDERS, NEVER), undefined);
    await assert.rejects(targets.observe({ kind: 'docdb', clusterId: 'graph' }, NEVER), {
      code: 'InvalidRequest',
      message: /is of the engine neptune/,
    });
  });

  test("the classes that a cluster's instances can have are listed", async () => {
    const { clients } = await createOrders();
    const client = clients.documentDb.reads;
    const classes = await findOrderableClasses({ client, clusterId: 'orders', signal: NEVER });
    assert.ok(classes?.has('db.r5.large'));
    assert.equal(await findOrderableClasses({ client, clusterId: 'users', signal: NEVER }), undefined);
  });

  test('a service gets another desired count while it carries the tag', async () => {
    const { clients, targets } = createAccount();
    const ecs = clients.ecs.changes;
    await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
    const containerDefinitions = [{ name: 'app', image: 'example/app', memory: 64 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: 'batch', containerDefinitions }));
    for (const [serviceName, tags] of [
      ['batch', [{ key: 'deploytime:scaling', value: 'true' }]],
      ['untagged', []],
    ] as const) {
      const service = { cluster: 'prod', serviceName, taskDefinition: 'batch', desiredCount: 2 };
      await ecs.send(new CreateServiceCommand({ ...service, tags: [...tags] }));
    }
    const apply = (service: string) =>
      targets.apply(seen({ ...BATCH, service }), { kind: 'set-desired-count', desiredCount: 5 }, NEVER);
    assert.equal(await apply('batch'), 'accepted');
    const untagged = await apply('untagged');
    assert.ok(untagged !== 'accepted' && untagged.kind === 'access');
    const { services = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['batch', 'untagged'] }),
    );
    assert.deepEqual(
      services.map(({ serviceName, desiredCount, deployments }) => [
        serviceName,
        desiredCount,
        deployments?.length,
      ]),
      [
        ['batch', 5, 1],
        ['untagged', 2, 1],
      ],
    );

    await ecs.send(new DeleteServiceCommand({ cluster: 'prod', service: 'batch', force: true }));
    assert.equal(await targets.observe(BATCH, NEVER), undefined);
    const gone = await apply('batch');
    assert.ok(gone !== 'accepted' && gone.kind === 'not-found');
  });
});

/** What only names the service; of the rest nothing is sent. */
function seen(target: EcsObservation['target']): EcsObservation {
  return {
    target,
    arn: '',
    status: 'ACTIVE',
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    deployments: [],
  };
}
