import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import type { DocumentDbObservation } from '../../../../handlers/scaling/documentdb/observation.ts';
import { originalOfCluster } from '../../../../handlers/scaling/documentdb/original.ts';
import { anyCluster, anyWindowGoal } from './any-cluster.ts';
import { type Course, course, failovers } from './cluster-model.ts';
import { PLAN } from './cluster-samples.ts';

const RUNS = { numRuns: 1_000 };

test('from any cluster to any goal it settles, with one failover, and another where a temporary writer goes again', () => {
  const cases = anyCluster({ foreign: [0, 16], ours: [0, 8] }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start)),
  );
  fc.assert(
    fc.property(cases, ([start, goal]) => {
      const done = course(goal, start);
      assert.equal(done.end.kind, 'settled', done.end.reason);
      assertFewFailovers(done);
      assertHolds(goal, done.final);
    }),
    RUNS,
  );
});

test('after a window every cluster is again what was recorded of it, instance by instance', () => {
  const cases = anyCluster({ foreign: [1, 16], ours: [0, 6], ownClass: 'recorded' }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start)),
  );
  fc.assert(
    fc.property(cases, ([start, goal]) => {
      assertComesBack(start, [goal]);
    }),
    RUNS,
  );
});

test('windows may follow each other in any number before what was recorded comes back', () => {
  const cases = anyCluster({ foreign: [1, 5], ours: [0, 4], ownClass: 'recorded' }).chain((start) =>
    fc.tuple(fc.constant(start), fc.array(anyWindowGoal(start), { minLength: 2, maxLength: 4 })),
  );
  fc.assert(
    fc.property(cases, ([start, goals]) => {
      assertComesBack(start, goals);
    }),
    RUNS,
  );
});

test('a single instance is never changed without AllowOutage: it stands by, unchanged, and is the writer afterwards', () => {
  const single = anyCluster({ foreign: [1, 1], ours: [0, 0] }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start, fc.constant(false))),
  );
  fc.assert(
    fc.property(single, ([start, goal]) => {
      const isOneWanted = goal.count?.kind !== 'total' || goal.count.instanceCount === 1;
      const { window, after } = assertComesBack(start, [goal]);
      if (!isOneWanted) return;
      const changed = window.changes.some(({ kind }) => kind === 'change-class');
      assert.equal(changed, false);
      assert.ok(failovers(window).length <= 1 && failovers(after).length <= 1);
      assert.deepEqual(after.final, start);
    }),
    RUNS,
  );
});

test('a single instance is changed in place where an outage is allowed, without any replica or failover', () => {
  const single = anyCluster({ foreign: [1, 1], ours: [0, 0] }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start, fc.constant(true))),
  );
  fc.assert(
    fc.property(single, ([start, goal]) => {
      if (goal.count?.kind === 'total' && goal.count.instanceCount > 1) return;
      const { window, after } = assertComesBack(start, [goal]);
      for (const { kind } of [...window.changes, ...after.changes]) assert.equal(kind, 'change-class');
    }),
    RUNS,
  );
});

test('a class that is there to stay leaves no temporary replica behind', () => {
  const cases = anyCluster({ foreign: [1, 8], ours: [0, 3] }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start)),
  );
  fc.assert(
    fc.property(cases, ([start, window]) => {
      const goal: DocumentDbGoal = { ...window, isLasting: true };
      const { classes, count } = goal;
      const done = course(goal, start);
      assertFewFailovers(done);
      const wanted = classes?.kind === 'uniform' ? classes.instanceClass : undefined;
      for (const { instanceClass } of done.final.instances) {
        if (wanted !== undefined) assert.equal(instanceClass, wanted);
      }
      const expected = count?.kind === 'total' ? count.instanceCount : start.instances.length;
      assert.equal(done.final.instances.length, expected);
    }),
    RUNS,
  );
});

function assertComesBack(
  start: DocumentDbObservation,
  goals: readonly DocumentDbGoal[],
): { readonly window: Course; readonly after: Course } {
  const original = originalOfCluster(start, ['classes', 'count'], PLAN);
  let observed = start;
  let window: Course | undefined;
  for (const goal of goals) {
    window = course(goal, observed);
    assert.equal(window.end.kind, 'settled', window.end.reason);
    assertFewFailovers(window);
    observed = window.final;
  }
  assert.ok(window && original.classes && original.ownReplicas && original.writer);
  const restore: DocumentDbGoal = {
    plan: PLAN,
    because: 'the capacity from before nightly-batch',
    classes: { kind: 'recorded', classes: original.classes },
    count: { kind: 'own', replicas: original.ownReplicas },
    preferredWriter: original.writer,
    allowOutage: goals.at(-1)?.allowOutage ?? false,
  };
  const after = course(restore, observed);
  assert.equal(after.end.kind, 'settled', after.end.reason);
  assertFewFailovers(after);
  const classes = ({ instances }: DocumentDbObservation) =>
    instances.map(({ id, instanceClass, owner }) => ({ id, instanceClass, owner }));
  assert.deepEqual(classes(after.final), classes(start));
  return { window, after };
}

/** A second one only hands the writer back from a replica that was made, or kept, for the time of the change. */
function assertFewFailovers(done: Course): void {
  const [first, second, ...more] = failovers(done);
  assert.deepEqual(more, []);
  if (second === undefined) return;
  const isGone = !done.final.instances.some(({ id }) => id === first);
  assert.ok(isGone, `There was a second failover, from ${first} to ${second}`);
}

/** The goal, read off the cluster by itself. */
function assertHolds(
  { classes, count, allowOutage }: DocumentDbGoal,
  { instances }: DocumentDbObservation,
): void {
  const foreign = instances.filter(({ owner }) => owner !== PLAN);
  const ours = instances.filter(({ owner }) => owner === PLAN);
  const wanted = classes?.kind === 'uniform' ? classes.instanceClass : undefined;
  const ownWanted =
    count?.kind === 'total' ? count.instanceCount - foreign.length : (count?.replicas.length ?? 0);
  const single = foreign[0];
  const standIn = ours.find(({ isWriter }) => isWriter);
  if (!allowOutage && wanted && foreign.length === 1 && ownWanted === 0 && single && standIn) {
    assert.equal(standIn.instanceClass, wanted);
    assert.equal(ours.length, 1);
    return;
  }
  assert.equal(ours.length, ownWanted);
  for (const { instanceClass } of instances) if (wanted) assert.equal(instanceClass, wanted);
}
