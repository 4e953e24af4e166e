import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { berlin, NIGHTLY, runPlanHere } from './plan-run.ts';

const PLAN = berlin({
  ...NIGHTLY,
  Steps: [
    { Target: 'docdb/orders', InstanceClass: 'db.r6g.2xlarge' },
    { Target: 'ecs/prod/batch', MaxCapacity: 20 },
  ],
});

async function withPresent(present: string) {
  const files = { 'plan.json': PLAN, 'present.yaml': present };
  return runPlanHere(['@plan.json', '--present', '@present.yaml'], { files });
}

describe('what the targets have', () => {
  const cases: readonly (readonly [present: string, has: readonly string[]])[] = [
    ['docdb/orders: {InstanceClass: db.r6g.large, InstanceCount: 2}', ['docdb/orders has 2 × db.r6g.large']],
    [
      'docdb/orders: {Instances: {a: db.r6g.large, b: db.r5.large}}',
      ['docdb/orders has 1 × db.r5.large, 1 × db.r6g.large'],
    ],
    ['docdb/Orders: {InstanceClass: db.r6g.large}', ['docdb/orders has 1 × db.r6g.large']],
    ['docdb/orders: {State: stopped}', ['docdb/orders has stopped']],
    [
      'docdb/orders: {MinCapacity: 0.5, MaxCapacity: 8}',
      ['docdb/orders has 1 × own-class, 0.5 DCU at least'],
    ],
    [
      'ecs/prod/batch: {MinCapacity: 1, MaxCapacity: 4, DesiredCount: 3}',
      ['ecs/prod/batch has 1 to 4 tasks'],
    ],
    [
      'arn:aws:ecs:eu-central-1:123456789012:service/prod/batch: {DesiredCount: 3}',
      ['ecs/prod/batch has 3 tasks'],
    ],
    ['docdb/somebody-elses: {InstanceCount: 3}', ['docdb/orders has 3 × own-class*']],
  ];
  for (const [present, has] of cases) {
    test(`is told by a file: ${present}`, async () => {
      const { exitCode, stdout, stderr } = await withPresent(present);
      assert.deepEqual([exitCode, stderr], [0, '']);
      for (const line of has) assert.ok(stdout.split('\n').includes(line), stdout);
    });
  }

  test('decides what a run does: the first instance is the writer', async () => {
    const { stdout } = await withPresent('docdb/orders: {Instances: {b: db.r6g.large, a: db.r6g.large}}');
    assert.match(stdout, /1 {2}ModifyDBInstance a to db.r6g.2xlarge .*\n {4}2 {2}FailoverDBCluster to a /);
  });

  const mistakes: readonly (readonly [present: string, sentence: RegExp])[] = [
    ['[]', /^present.yaml is no map from targets to what they have now: docdb\/<cluster>/],
    ['orders: {}', /^present.yaml can't be read: "orders" is no target, allowed is docdb\/<cluster>/],
    ['docdb/orders: 3', /docdb\/orders is 3, allowed is a map of what it has/],
    [
      'docdb/orders: {Count: 3}',
      /docdb\/orders.Count is no property of a DocumentDB cluster, which has Instances, /,
    ],
    [
      'docdb/orders: {InstanceCount: 17}',
      /docdb\/orders.InstanceCount is 17, allowed is a whole number from 1 to 16/,
    ],
    [
      'docdb/orders: {Instances: {a: large}}',
      /docdb\/orders.Instances: its "a" is "large"; allowed is an instance class/,
    ],
    [
      'docdb/orders: {Instances: {}}',
      /docdb\/orders.Instances is {}, allowed is a map of 1 to 16 instances' names/,
    ],
    [
      'docdb/orders: {Instances: {a: db.r6g.large}, InstanceCount: 1}',
      /has Instances beside InstanceClass or InstanceCount/,
    ],
    ['docdb/orders: {MinCapacity: 1}', /has one of MinCapacity and MaxCapacity, allowed are both or none/],
    ['ecs/prod/batch: {MaxCapacity: 1}', /has one of MinCapacity and MaxCapacity, allowed are both or none/],
    ['ecs/prod/batch: {}', /has neither DesiredCount nor MinCapacity and MaxCapacity/],
    ['ecs/prod/batch: {Count: 1}', /ecs\/prod\/batch.Count is no property of an ECS service/],
  ];
  for (const [present, sentence] of mistakes) {
    test(`is a mistake, told in a sentence: ${present}`, async () => {
      const { exitCode, stderr } = await withPresent(present);
      assert.equal(exitCode, 2);
      const [, said = ''] = /^deploytime: (.*)\n$/.exec(stderr) ?? [];
      assert.match(said, sentence);
    });
  }
});
