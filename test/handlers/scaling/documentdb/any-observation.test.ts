import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DocumentDbChange } from '../../../../handlers/scaling/decision/change.ts';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import { nextDocumentDbChange } from '../../../../handlers/scaling/documentdb/next-documentdb-change.ts';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { isAtRest, originalOfCluster } from '../../../../handlers/scaling/documentdb/original.ts';
import { documentDbProgress } from '../../../../handlers/scaling/documentdb/progress.ts';
import { anyClass, anyCluster, anyWindowGoal, clusterOf } from './any-cluster.ts';
import { applied, assertSafe, course, failovers } from './cluster-model.ts';
import { idOf, PLAN } from './cluster-samples.ts';

const anyInstanceStatus = fc.oneof(
  { weight: 30, arbitrary: fc.constant('available') },
  fc.constantFrom('creating', 'modifying', 'deleting', 'rebooting', 'stopped', 'failed', 'storage-full'),
  fc.constantFrom('incompatible-network', 'upgrading', 'backing-up', 'a-status-of-next-year'),
);
const anyClusterStatus = fc.oneof(
  { weight: 10, arbitrary: fc.constant('available') },
  fc.constantFrom('stopped', 'stopping', 'starting', 'failing-over', 'modifying', 'deleting'),
  fc.constantFrom('migration-failed', 'inaccessible-encryption-credentials', 'a-status-of-next-year'),
);
const anyId = fc
  .tuple(fc.constantFrom('f', 'o', 'x'), fc.integer({ min: 1, max: 9 }))
  .map((parts) => idOf(parts.join('')));

/** Also what can't be: two writers, an id twice, our name without our tag, more instances than a cluster has. */
const anyInstance: fc.Arbitrary<InstanceObservation> = fc.record(
  {
    id: anyId,
    instanceClass: anyClass,
    pendingClass: anyClass,
    status: anyInstanceStatus,
    isWriter: fc.boolean(),
    promotionTier: fc.integer({ min: 0, max: 15 }),
    owner: fc.constantFrom(PLAN, 'another-plan'),
  },
  { requiredKeys: ['id', 'instanceClass', 'status', 'isWriter', 'promotionTier'] },
);
const anyObservation: fc.Arbitrary<DocumentDbObservation> = fc
  .record({
    status: anyClusterStatus,
    instances: fc.oneof(fc.array(anyInstance, { maxLength: 18 }), {
      weight: 8,
      arbitrary: oneWriter(
        fc.uniqueArray(anyInstance, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
      ),
    }),
    capacity: fc.option(fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 16 }))),
  })
  .map(({ status, instances, capacity }) => ({
    ...clusterOf(instances),
    status,
    ...(capacity && { serverless: { minCapacity: capacity[0] / 2, maxCapacity: capacity[1] } }),
  }));

const anyGoal: fc.Arbitrary<DocumentDbGoal> = fc.record(
  {
    plan: fc.constant(PLAN),
    because: fc.constant('scenario nightly-batch'),
    classes: fc.oneof(
      anyClass.map((instanceClass) => ({ kind: 'uniform' as const, instanceClass })),
      fc.dictionary(anyId, anyClass).map((classes) => ({ kind: 'recorded' as const, classes })),
    ),
    count: fc.oneof(
      fc.oneof(fc.integer({ min: -1, max: 18 }), fc.constantFrom(2.5, Number.NaN)).map((instanceCount) => ({
        kind: 'total' as const,
        instanceCount,
      })),
      fc.array(anyId, { maxLength: 4 }).map((replicas) => ({ kind: 'own' as const, replicas })),
    ),
    preferredWriter: anyId,
    state: fc.constantFrom('running' as const, 'stopped' as const),
    minCapacity: fc.integer({ min: 0, max: 20 }).map((half) => half / 2),
    allowOutage: fc.boolean(),
    isLasting: fc.constant(true as const),
  },
  { requiredKeys: ['plan', 'because', 'allowOutage'] },
);

test('whatever is observed, and whatever is wanted: nothing unsafe is called for, and there is a reason', () => {
  fc.assert(
    fc.property(anyGoal, anyObservation, (goal, observed) => {
      const next = nextDocumentDbChange({ goal, observed });
      assert.match(next.reason, /^\S.*\S$/s);
      if (next.kind === 'change') assertSafe(goal, observed, next.change as DocumentDbChange);
      if (next.kind === 'wait') assert.ok(next.seconds > 0);
    }),
    { numRuns: 10_000 },
  );
});

test('whatever is observed, the progress of any change can be told, and what would be recorded', () => {
  const anyChange: fc.Arbitrary<DocumentDbChange> = fc.oneof(
    fc.constantFrom({ kind: 'start-cluster' as const }, { kind: 'stop-cluster' as const }),
    fc.record({ kind: fc.constantFrom('fail-over' as const, 'delete-replica' as const), instance: anyId }),
    fc.record({ kind: fc.constant('change-class' as const), instance: anyId, instanceClass: anyClass }),
    fc.record({
      kind: fc.constant('create-replica' as const),
      instance: anyId,
      instanceClass: anyClass,
      owner: fc.constant(PLAN),
    }),
  );
  fc.assert(
    fc.property(anyChange, anyObservation, (change, observed) => {
      assert.ok(['done', 'under-way', 'no-sign'].includes(documentDbProgress(change, observed)));
      assert.equal(
        originalOfCluster(observed, ['classes', 'count', 'state', 'minCapacity'], PLAN).kind,
        'docdb',
      );
      assert.equal(typeof isAtRest(observed), 'boolean');
    }),
    { numRuns: 5_000 },
  );
});

test('whatever happens to a cluster on the way, every step is safe and there is an end', () => {
  const cases = anyCluster({ foreign: [0, 5], ours: [0, 3] })
    .filter(({ instances }) => instances.length >= 2)
    .chain((start) =>
      fc.tuple(
        fc.constant(start),
        anyWindowGoal(start),
        fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 15 }), anyMishap), { maxLength: 6 }),
      ),
    );
  fc.assert(
    fc.property(cases, ([start, goal, mishaps]) => {
      let observed = start;
      for (const [steps, which, mishap] of mishaps) {
        observed = someSteps(goal, observed, steps);
        observed = suffered(observed, which, mishap);
      }
      const done = course(goal, observed);
      assert.ok(failovers(done).length <= 2);
    }),
    { numRuns: 3_000 },
  );
});

type Mishap = 'fails-over' | 'fails' | 'is-deleted' | 'is-resized' | 'is-added' | 'loses-its-tag' | 'pends';
const anyMishap = fc.constantFrom<Mishap>(
  'fails-over',
  'fails',
  'is-deleted',
  'is-resized',
  'is-added',
  'loses-its-tag',
  'pends',
);

function someSteps(goal: DocumentDbGoal, start: DocumentDbObservation, steps: number): DocumentDbObservation {
  let observed = start;
  for (let step = 0; step < steps; step += 1) {
    const next = nextDocumentDbChange({ goal, observed });
    if (next.kind !== 'change') return observed;
    const change = next.change as DocumentDbChange;
    assertSafe(goal, observed, change);
    observed = applied(observed, change);
  }
  return observed;
}

/** What AWS or a person does to one of the instances. */
function suffered(observed: DocumentDbObservation, which: number, mishap: Mishap): DocumentDbObservation {
  const { instances } = observed;
  const victim = instances[which % Math.max(1, instances.length)];
  if (victim === undefined) return observed;
  const changed = (change: (instance: InstanceObservation) => InstanceObservation): DocumentDbObservation =>
    clusterOf(instances.map((each) => (each.id === victim.id ? change(each) : each)));
  switch (mishap) {
    case 'fails-over':
      return victim.status === 'available'
        ? clusterOf(instances.map((each) => ({ ...each, isWriter: each.id === victim.id })))
        : observed;
    case 'fails':
      return victim.isWriter ? observed : changed((each) => ({ ...each, status: 'failed' }));
    case 'is-deleted':
      return victim.isWriter ? observed : clusterOf(instances.filter(({ id }) => id !== victim.id));
    case 'is-resized':
      return changed((each) => ({ ...each, instanceClass: 'db.r6g.4xlarge' }));
    case 'pends':
      return changed((each) => ({ ...each, pendingClass: 'db.r6g.4xlarge' }));
    case 'loses-its-tag':
      return changed(({ owner: _, ...each }) => each);
    case 'is-added': {
      const { owner: _, ...like } = victim;
      const id = `orders-added-${which}`;
      if (instances.length >= 16 || instances.some((each) => each.id === id)) return observed;
      return clusterOf([...instances, { ...like, id, isWriter: false }]);
    }
  }
}

function oneWriter(instances: fc.Arbitrary<InstanceObservation[]>): fc.Arbitrary<InstanceObservation[]> {
  return instances.map((all) => all.map((each, at) => ({ ...each, isWriter: at === 0 })));
}
