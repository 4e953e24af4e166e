import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import { nextDocumentDbChange } from '../../../../handlers/scaling/documentdb/next-documentdb-change.ts';
import type { DocumentDbObservation } from '../../../../handlers/scaling/documentdb/observation.ts';
import { assertSafe } from './cluster-model.ts';
import { CLASSES, cluster, goal, own, PLAN, recorded, short, total, uniform } from './cluster-samples.ts';

const CLUSTERS = [...everyCluster(3)];
const GOALS = [...everyGoal()];

test('every cluster of up to three instances, to every goal: it settles where the goal holds, and only there', () => {
  let settled = 0;
  for (const [spec, observed] of CLUSTERS) {
    for (const wanted of GOALS) {
      const next = nextDocumentDbChange({ goal: wanted, observed });
      const told = `${spec} → ${describe(wanted)}: ${next.kind}, ${short(next.reason)}`;
      assert.equal(next.kind === 'settled', holds(wanted, observed), told);
      if (next.kind === 'settled') settled += 1;
    }
  }
  assert.ok(settled > 100);
});

test('every change of these is safe, and nothing of them is waited for', () => {
  for (const [spec, observed] of CLUSTERS) {
    for (const wanted of GOALS) {
      const next = nextDocumentDbChange({ goal: wanted, observed });
      assert.notEqual(next.kind, 'wait', spec);
      if (next.kind !== 'change') continue;
      const { change } = next;
      assert.ok(change.kind !== 'set-desired-count' && change.kind !== 'set-bounds');
      assertSafe(wanted, observed, change);
    }
  }
});

test('only a count below the instances that are not ours, or a writer without a substitute, is impossible', () => {
  for (const [spec, observed] of CLUSTERS) {
    const foreign = observed.instances.filter(({ owner }) => owner !== PLAN).length;
    for (const wanted of GOALS) {
      const next = nextDocumentDbChange({ goal: wanted, observed });
      if (next.kind !== 'impossible') continue;
      const { count } = wanted;
      const isTooLow = count?.kind === 'total' && count.instanceCount < foreign;
      const isAllOurs = count?.kind === 'own' && foreign === 0;
      const isSole = count === undefined && observed.instances.length === 1 && !wanted.allowOutage;
      assert.ok(isTooLow || isAllOurs || isSole, `${spec} → ${describe(wanted)}: ${short(next.reason)}`);
    }
  }
});

function* everyCluster(size: number): Generator<[string, DocumentDbObservation]> {
  const compositions = (length: number): string[][] =>
    length === 0
      ? [[]]
      : compositions(length - 1).flatMap((before) =>
          ['f', 'o', 'x'].flatMap((kind) => ['L', 'B'].map((of) => [...before, `${kind}${length}:${of}`])),
        );
  for (let length = 1; length <= size; length += 1) {
    for (const members of compositions(length)) {
      for (let writer = 0; writer < length; writer += 1) {
        const spec = members.map((each, at) => (at === writer ? `${each}*` : each)).join(', ');
        yield [spec, cluster(spec)];
      }
    }
  }
}

function* everyGoal(): Generator<DocumentDbGoal> {
  const classes = [undefined, uniform('L'), uniform('B'), recorded('f1:L f2:B f3:L')];
  const counts = [undefined, total(1), total(2), total(3), total(4), own(), own('o1'), own('o2', 'o3')];
  for (const ofClasses of classes) {
    for (const ofCount of counts) {
      for (const allowOutage of [false, true]) {
        yield goal({
          ...(ofClasses && { classes: ofClasses }),
          ...(ofCount && { count: ofCount }),
          preferredWriter: 'orders-1',
          allowOutage,
        });
      }
    }
  }
}

/** Read off the cluster: what the goal's docs say. */
function holds(
  { classes, count, allowOutage }: DocumentDbGoal,
  { instances }: DocumentDbObservation,
): boolean {
  const foreign = instances.filter(({ owner }) => owner !== PLAN);
  const ours = instances.filter(({ owner }) => owner === PLAN);
  const writer = instances.find(({ isWriter }) => isWriter);
  const isSingle =
    foreign.length === 1 &&
    (count?.kind === 'own'
      ? count.replicas.length === 0
      : count?.kind === 'total' && count.instanceCount === 1);
  if (classes?.kind === 'uniform' && isSingle && !allowOutage) {
    return writer?.instanceClass === classes.instanceClass && ours.every(({ isWriter }) => isWriter);
  }
  const countHolds =
    count?.kind === 'total'
      ? instances.length === count.instanceCount
      : count === undefined || sorted(ours.map(({ id }) => id)) === sorted(count.replicas);
  const classesHold = instances.every(({ id, instanceClass, owner }) => {
    if (classes === undefined) return true;
    if (classes.kind === 'uniform') return instanceClass === classes.instanceClass;
    const ofOurs = CLASSES.L;
    return instanceClass === (owner === PLAN ? ofOurs : (classes.classes[id] ?? instanceClass));
  });
  return countHolds && classesHold;
}

function sorted(names: readonly string[]): string {
  return [...names].sort().join();
}

function describe({ classes, count, allowOutage }: DocumentDbGoal): string {
  return short(JSON.stringify({ classes, count, allowOutage }));
}
