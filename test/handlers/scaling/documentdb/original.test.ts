import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtRest, originalOfCluster } from '../../../../handlers/scaling/documentdb/original.ts';
import { CLASSES, cluster, idOf, PLAN } from './cluster-samples.ts';

const { L, X, B } = CLASSES;

test('only what a step may change is recorded', () => {
  const observed = cluster('f1:L, f2:X*, o1:X', { minCapacity: 2, maxCapacity: 8 });
  const original = (...aspects: Parameters<typeof originalOfCluster>[1][number][]) =>
    originalOfCluster(observed, aspects, PLAN);
  assert.deepEqual(original(), { kind: 'docdb' });
  assert.deepEqual(original('state'), { kind: 'docdb', state: 'running' });
  assert.deepEqual(original('minCapacity'), { kind: 'docdb', minCapacity: 2 });
  assert.deepEqual(original('count'), {
    kind: 'docdb',
    writer: 'orders-2',
    ownReplicas: [idOf('o1')],
  });
  assert.deepEqual(original('classes'), {
    kind: 'docdb',
    classes: { 'orders-1': L, 'orders-2': X },
    writer: 'orders-2',
    ownReplicas: [idOf('o1')],
  });
});

test("another plan's replica is recorded like any instance", () => {
  const { classes, ownReplicas } = originalOfCluster(cluster('f1:L*, x1:B'), ['classes'], PLAN);
  assert.deepEqual(classes, { 'orders-1': L, [idOf('x1')]: B });
  assert.deepEqual(ownReplicas, []);
});

test('a replica of ours that failed is nothing to come back to', () => {
  const { ownReplicas } = originalOfCluster(cluster('f1:L*, o1:L failed, o2:L'), ['count'], PLAN);
  assert.deepEqual(ownReplicas, [idOf('o2')]);
});

test('where all instances are ours, the class of the writer tells what they come back to', () => {
  const { classes } = originalOfCluster(cluster('o1:L, o2:X*'), ['classes'], PLAN);
  assert.deepEqual(classes, { [idOf('o2')]: X });
});

test('a class that pends is not the present one', () => {
  assert.deepEqual(originalOfCluster(cluster('f1:L>B*'), ['classes'], PLAN).classes, { 'orders-1': L });
});

test('a stopped cluster is recorded as such, and one that is not serverless has no minimum', () => {
  const observed = cluster('stopped | f1:L* stopped');
  assert.deepEqual(originalOfCluster(observed, ['state', 'minCapacity'], PLAN), {
    kind: 'docdb',
    state: 'stopped',
  });
});

const atRest: readonly (readonly [string, boolean])[] = [
  ['f1:L*', true],
  ['f1:L*, f2:L failed', true],
  ['f1:L>B*, f2:L', true],
  ['stopped | f1:L* stopped', true],
  ['stopped | f1:L stopped', true],
  ['', true],
  ['f1:L', false],
  ['f1:L*, f2:L*', false],
  ['f1:L*, f2:L creating', false],
  ['f1:L*, f2:L deleting', false],
  ['f1:L*, f2:L stopped', false],
  ['f1:L*, f2:L, f2:L', false],
  ['stopping | f1:L* stopping', false],
  ['failing-over | f1:L*, f2:L', false],
  ['modifying | f1:L*', false],
  ['deleting | f1:L*', false],
  ['migration-failed | f1:L*', false],
];

for (const [spec, expected] of atRest) {
  test(`a cluster that is «${spec}» is ${expected ? '' : 'not '}at rest`, () => {
    assert.equal(isAtRest(cluster(spec)), expected);
  });
}
