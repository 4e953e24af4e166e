import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DocumentDbChange } from '../../../../handlers/scaling/decision/change.ts';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import { nextDocumentDbChange } from '../../../../handlers/scaling/documentdb/next-documentdb-change.ts';
import type { DocumentDbObservation } from '../../../../handlers/scaling/documentdb/observation.ts';
import { originalOfCluster } from '../../../../handlers/scaling/documentdb/original.ts';
import { MAX_FAILED_REPLICAS } from '../../../../handlers/scaling/documentdb/replica-count.ts';
import { anyCluster, anyWindowGoal } from './any-cluster.ts';
import { applied, assertSafe, course } from './cluster-model.ts';
import { PLAN } from './cluster-samples.ts';

const MAX_STEPS = 80;

/** Every instance that is made fails. */
function courseWithFailures(goal: DocumentDbGoal, start: DocumentDbObservation) {
  const made: string[] = [];
  let observed = start;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = nextDocumentDbChange({ goal, observed });
    if (next.kind !== 'change') return { made, final: observed, end: next };
    const change = next.change as DocumentDbChange;
    assertSafe(goal, observed, change);
    observed = applied(observed, change);
    if (change.kind !== 'create-replica') continue;
    made.push(change.instance);
    const instances = observed.instances.map((each) =>
      each.id === change.instance ? { ...each, status: 'failed' } : each,
    );
    observed = { ...observed, instances };
  }
  return assert.fail('It goes on for ever');
}

test('where every replica that is made fails there is an end, and the way back leaves none of them', () => {
  const cases = anyCluster({ foreign: [1, 6], ours: [0, 3], ownClass: 'recorded' }).chain((start) =>
    fc.tuple(fc.constant(start), anyWindowGoal(start)),
  );
  fc.assert(
    fc.property(cases, ([start, goal]) => {
      const { made, final, end } = courseWithFailures(goal, start);
      assert.ok(made.length <= MAX_FAILED_REPLICAS);
      assert.equal(end.kind, made.length === 0 ? 'settled' : 'impossible');
      const { classes, ownReplicas, writer } = originalOfCluster(start, ['classes', 'count'], PLAN);
      assert.ok(classes && ownReplicas && writer);
      const back = course(
        {
          plan: PLAN,
          because: 'what was recorded before nightly-batch',
          classes: { kind: 'recorded', classes },
          count: { kind: 'own', replicas: ownReplicas },
          preferredWriter: writer,
          allowOutage: goal.allowOutage,
        },
        final,
      );
      assert.equal(back.end.kind, 'settled', back.end.reason);
      assert.ok(back.final.instances.every(({ status }) => status === 'available'));
    }),
    { numRuns: 1_000 },
  );
});
