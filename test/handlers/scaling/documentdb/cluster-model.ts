import assert from 'node:assert/strict';
import type { DocumentDbChange } from '../../../../handlers/scaling/decision/change.ts';
import type { Next } from '../../../../handlers/scaling/decision/next-change.ts';
import { clusterCondition } from '../../../../handlers/scaling/documentdb/cluster-status.ts';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import { instanceCondition } from '../../../../handlers/scaling/documentdb/instance-status.ts';
import { nextDocumentDbChange } from '../../../../handlers/scaling/documentdb/next-documentdb-change.ts';
import type { DocumentDbObservation } from '../../../../handlers/scaling/documentdb/observation.ts';
import { replicaIndex } from '../../../../handlers/scaling/documentdb/replica-name.ts';

/** A cluster in which every change is over as soon as it is called for. */
export function applied(observed: DocumentDbObservation, change: DocumentDbChange): DocumentDbObservation {
  const { instances } = observed;
  switch (change.kind) {
    case 'start-cluster':
    case 'stop-cluster':
      return { ...observed, status: change.kind === 'start-cluster' ? 'available' : 'stopped' };
    case 'set-min-capacity': {
      const { minCapacity, maxCapacity } = change;
      return { ...observed, serverless: { minCapacity, maxCapacity } };
    }
    case 'change-class':
      return {
        ...observed,
        instances: instances.map(({ pendingClass, ...each }) =>
          each.id === change.instance
            ? { ...each, instanceClass: change.instanceClass }
            : { ...each, ...(pendingClass && { pendingClass }) },
        ),
      };
    case 'create-replica': {
      const { instance: id, instanceClass, owner } = change;
      const made = { id, instanceClass, owner, status: 'available', isWriter: false, promotionTier: 15 };
      return { ...observed, instances: [...instances, made].sort((a, b) => (a.id < b.id ? -1 : 1)) };
    }
    case 'delete-replica':
      return { ...observed, instances: instances.filter(({ id }) => id !== change.instance) };
    case 'fail-over':
      return {
        ...observed,
        instances: instances.map((each) => ({ ...each, isWriter: each.id === change.instance })),
      };
  }
}

/** The safety rules, told from nothing but the observation before the change. */
export function assertSafe(
  { plan, allowOutage }: DocumentDbGoal,
  observed: DocumentDbObservation,
  change: DocumentDbChange,
): void {
  const { instances, status, target } = observed;
  if (change.kind === 'start-cluster') {
    assert.equal(status, 'stopped');
    return;
  }
  assert.equal(clusterCondition(status), 'available', 'only a cluster that is available is changed');
  for (const instance of instances) {
    const condition = instanceCondition(instance.status);
    assert.ok(condition === 'available' || condition === 'broken', `changed while one is ${instance.status}`);
  }
  if (change.kind === 'stop-cluster' || change.kind === 'set-min-capacity') return;
  const writers = instances.filter(({ isWriter }) => isWriter);
  assert.equal(writers.length, 1, 'instances are changed only beside one known writer');
  assert.equal(writers[0]?.status, 'available', 'and while it is available');
  const found = instances.filter(({ id }) => id === change.instance);
  if (change.kind === 'create-replica') {
    assert.deepEqual(found, [], 'a name is not used twice');
    assert.ok(instances.length < 16, 'a cluster has at most 16 instances');
    assert.equal(change.owner, plan);
    assert.ok(replicaIndex(plan, target.clusterId, change.instance), 'a name is derived');
    return;
  }
  assert.equal(found.length, 1, 'what is changed is there');
  const [instance] = found;
  assert.ok(instance);
  switch (change.kind) {
    case 'change-class':
      assert.equal(instance.status, 'available');
      assert.ok(
        !instance.isWriter || (allowOutage && instances.length === 1),
        'the writer is changed only where it is the only one and an outage is allowed',
      );
      return;
    case 'delete-replica':
      assert.equal(instance.owner, plan, 'only ours are deleted');
      assert.ok(!instance.isWriter, 'the writer is never deleted');
      assert.ok(instances.length > 1, 'the last is never deleted');
      return;
    case 'fail-over':
      assert.equal(instance.status, 'available');
      assert.ok(!instance.isWriter, 'a failover goes somewhere else');
      return;
  }
}

/** Twice 16 class changes, as many creations and deletions, two failovers, a start and a stop are more than enough. */
const MAX_STEPS = 80;

export interface Course {
  readonly changes: readonly DocumentDbChange[];
  readonly final: DocumentDbObservation;
  readonly end: Exclude<Next, { kind: 'change' }>;
}

/** Goes on until nothing is to be changed any more; every step is held against the safety rules. */
export function course(wanted: DocumentDbGoal, start: DocumentDbObservation): Course {
  const changes: DocumentDbChange[] = [];
  let observed = start;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = nextDocumentDbChange({ goal: wanted, observed });
    assert.ok(next.reason.length > 0);
    if (next.kind !== 'change') return { changes, final: observed, end: next };
    const change = next.change as DocumentDbChange;
    assertSafe(wanted, observed, change);
    changes.push(change);
    observed = applied(observed, change);
  }
  return assert.fail(`After ${MAX_STEPS} steps there is still something to change`);
}

export function failovers({ changes }: Course): string[] {
  return changes.flatMap((change) => (change.kind === 'fail-over' ? [change.instance] : []));
}
