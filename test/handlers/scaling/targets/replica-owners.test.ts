import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';
import { DocumentDbReads } from '../../../../handlers/scaling/targets/documentdb-reads.ts';
import { ReplicaOwners } from '../../../../handlers/scaling/targets/replica-owners.ts';
import { ARN, CLUSTER, instance, NEVER, ORDERS, PLAN, REPLICA, setUp, show } from './documentdb-samples.ts';
import { failing } from './scripted-aws.ts';

describe('the owner of an instance', () => {
  const OWNED = {
    result: {
      TagList: [
        { Key: 'Name', Value: 'x' },
        { Key: 'deploytime:plan', Value: PLAN },
      ],
    },
  };

  test('is asked for once, and only where the name is one of ours', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance('orders-1'), instance('orders-deploytime-1'), instance(REPLICA));
    aws.script('ListTagsForResource', OWNED);
    for (let time = 1; time <= 3; time += 1) {
      const observation = await target.observe(ORDERS, NEVER);
      assert.deepEqual(
        observation?.instances.map(({ id, owner }) => [id, owner]),
        [
          ['orders-1', undefined],
          [REPLICA, PLAN],
          ['orders-deploytime-1', undefined],
        ].sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
      );
    }
    assert.deepEqual(
      aws.calls.filter(({ action }) => action === 'ListTagsForResource'),
      [{ action: 'ListTagsForResource', input: { ResourceName: `${ARN}:db:${REPLICA}` } }],
    );
  });

  test('is asked for again where the tags were not there yet', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance(REPLICA));
    aws.script('ListTagsForResource', failing('DBInstanceNotFound', 404), { result: { TagList: [] } }, OWNED);
    const owners = [];
    for (let time = 1; time <= 3; time += 1) {
      owners.push((await target.observe(ORDERS, NEVER))?.instances[0]?.owner);
    }
    assert.deepEqual(owners, [undefined, undefined, PLAN]);
  });

  test('is asked for again where another instance has the name of one that is gone', async (context) => {
    const { aws, target } = await setUp(context);
    show(aws, CLUSTER, instance(REPLICA));
    aws.script('ListTagsForResource', OWNED);
    assert.equal((await target.observe(ORDERS, NEVER))?.instances[0]?.owner, PLAN);
    show(aws, CLUSTER, instance(REPLICA, { DbiResourceId: 'db-NEW' }));
    aws.script('ListTagsForResource', { result: { TagList: [] } });
    assert.equal((await target.observe(ORDERS, NEVER))?.instances[0]?.owner, undefined);
  });

  test('is asked for whatever the plan, the cluster and the index', async (context) => {
    const { aws } = await setUp(context);
    aws.script('ListTagsForResource', OWNED);
    const owners = new ReplicaOwners(new DocumentDbReads(aws.clients.documentDb.reads));
    for (const [plan, cluster, index] of [
      [PLAN, 'o', 1],
      ['Weekly', 'a-1'.repeat(21), 10],
      ['', 'orders', 999],
    ] as const) {
      const id = replicaName(plan, cluster, index);
      assert.equal(await owners.findOwner(instance(id), NEVER), PLAN, id);
    }
  });

  test('is forgotten where there are too many, the oldest first', async (context) => {
    const { aws } = await setUp(context);
    aws.script('ListTagsForResource', OWNED);
    const owners = new ReplicaOwners(new DocumentDbReads(aws.clients.documentDb.reads), 2);
    const [one, two, three] = [1, 2, 3].map((index) => instance(replicaName(PLAN, 'orders', index)));
    assert.ok(one && two && three);
    for (const each of [one, two, three, three, two, one]) {
      assert.equal(await owners.findOwner(each, NEVER), PLAN);
    }
    const asked = aws.calls.map(({ input }) => String(input.ResourceName).at(-1));
    assert.deepEqual(asked, ['1', '2', '3', '1']);
  });
});
