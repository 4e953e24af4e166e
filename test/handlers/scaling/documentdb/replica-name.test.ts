import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { replicaIndex, replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';

const anyClusterId = fc
  .tuple(fc.stringMatching(/^[a-z]$/), fc.stringMatching(/^[a-z0-9-]{0,62}$/))
  .map((parts) => parts.join('').replace(/-+/g, '-').replace(/-$/, ''));
const anyIndex = fc.integer({ min: 1, max: 999 });
const anyPlan = fc.string({ maxLength: 80 });

test('the names are these, for ever: what a plan has made is found by them', () => {
  assert.equal(replicaName('shop-Nightly-1A2B3C4D', 'orders', 1), 'orders-deploytime-040ff9e036ba-1');
  assert.equal(replicaName('shop-Nightly-1A2B3C4D', 'orders', 16), 'orders-deploytime-040ff9e036ba-16');
  assert.equal(
    replicaName('p', 'a-cluster-whose-name-has-the-63-characters-that-one-may-have-ok', 2),
    'a-cluster-whose-name-has-the-63-ch-deploytime-9ba55141cddf-2',
  );
  assert.equal(
    replicaName('p', 'orders-of-the-shop-of-two-years-a-b', 3),
    'orders-of-the-shop-of-two-years-a-deploytime-cd7ebd63540f-3',
  );
  assert.equal(replicaName('', 'x', 999), 'x-deploytime-b5e57f64d64a-999');
});

test('any name is a DBInstanceIdentifier', () => {
  fc.assert(
    fc.property(anyPlan, anyClusterId, anyIndex, (plan, clusterId, index) => {
      const name = replicaName(plan, clusterId, index);
      assert.ok(name.length <= 63, name);
      assert.match(name, /^[a-z](?:-?[a-z0-9])*$/);
    }),
    { numRuns: 2_000 },
  );
});

test('another plan, cluster or index has another name', () => {
  const anyTriple = fc.tuple(anyPlan, anyClusterId, anyIndex);
  fc.assert(
    fc.property(anyTriple, anyTriple, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      assert.notEqual(replicaName(...one), replicaName(...other));
    }),
    { numRuns: 2_000 },
  );
  // Clusters whose names begin alike, and parts that could run into each other.
  const long = 'orders-orders-orders-orders-orders-orders';
  assert.notEqual(replicaName('p', `${long}-a`, 1), replicaName('p', `${long}-b`, 1));
  assert.notEqual(replicaName('p","q', 'orders', 1), replicaName('p', 'q","orders', 1));
});

test('a cluster is the same in capitals, as it is to AWS', () => {
  assert.equal(replicaName('p', 'Orders', 1), replicaName('p', 'orders', 1));
});

test('a name tells its index, and only to its plan and cluster', () => {
  fc.assert(
    fc.property(anyPlan, anyClusterId, anyIndex, (plan, clusterId, index) => {
      const name = replicaName(plan, clusterId, index);
      assert.equal(replicaIndex(plan, clusterId, name), index);
      assert.equal(replicaIndex(`${plan}2`, clusterId, name), undefined);
      assert.equal(replicaIndex(plan, `${clusterId}2`, name), undefined);
    }),
  );
  for (const name of [
    'orders-1',
    'orders',
    '',
    'orders-deploytime-040ff9e036ba-0',
    'orders-deploytime-040ff9e036ba-01',
  ]) {
    assert.equal(replicaIndex('shop-Nightly-1A2B3C4D', 'orders', name), undefined, name);
  }
});

test('an index is from 1 to 999', () => {
  for (const index of [0, -1, 1000, 1.5, Number.NaN]) {
    assert.throws(() => replicaName('p', 'orders', index), {
      name: 'RangeError',
      message: `A replica's index is from 1 to 999, not ${index}`,
    });
  }
});
