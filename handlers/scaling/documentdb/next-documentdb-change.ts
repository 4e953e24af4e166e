import type { Next } from '../decision/next-change.ts';
import { clusterCondition } from './cluster-status.ts';
import { FAIL_OVER_WAIT_SECONDS } from './fail-over.ts';
import { type DocumentDbGoal, isRestoring } from './goal.ts';
import { instanceCondition } from './instance-status.ts';
import { nextCapacity } from './next-capacity.ts';
import type { DocumentDbObservation } from './observation.ts';
import { INSTANCE_WAIT_SECONDS, unrest } from './rest.ts';

/**
 * The one next change that brings a cluster nearer to its goal. Nothing is changed while anything is under way, by us
 * or by anybody else; the state `stopped` comes last, since a stopped cluster takes no change.
 */
export function nextDocumentDbChange({
  goal,
  observed,
}: {
  readonly goal: DocumentDbGoal;
  readonly observed: DocumentDbObservation;
}): Next {
  const { target, status } = observed;
  const is = `${target.clusterId} is ${status}`;
  switch (clusterCondition(status)) {
    case 'available':
      return nextOfRunning(goal, observed);
    case 'stopped':
      return nextOfStopped(goal, observed);
    case 'failing-over':
      return { kind: 'wait', seconds: FAIL_OVER_WAIT_SECONDS, reason: is };
    case 'starting':
    case 'stopping':
    case 'in-transition':
      return { kind: 'wait', seconds: INSTANCE_WAIT_SECONDS, reason: is };
    case 'deleting':
      return { kind: 'impossible', reason: is };
    case 'broken':
      return { kind: 'impossible', reason: `${is}: a person has to repair it` };
  }
}

function nextOfRunning(goal: DocumentDbGoal, observed: DocumentDbObservation): Next {
  const next = unrest(observed) ?? nextCapacity(goal, observed);
  if (next !== undefined) return next;
  if (goal.state !== 'stopped') return settled(goal, observed);
  const reason = `${observed.target.clusterId} is stopped now (${goal.because}): everything else is as it should be`;
  return { kind: 'change', change: { kind: 'stop-cluster' }, reason };
}

/** A stopped cluster refuses every change, so whether there is one to make is asked as if it ran. */
function nextOfStopped(goal: DocumentDbGoal, observed: DocumentDbObservation): Next {
  const { clusterId } = observed.target;
  const moving = unrest(observed);
  if (moving !== undefined) return moving;
  const next = nextCapacity(goal, asIfRunning(observed));
  const start = (why: string): Next => ({
    kind: 'change',
    change: { kind: 'start-cluster' },
    reason: `${clusterId} is started: ${why}`,
  });
  if (goal.state === 'running') {
    if (next?.kind === 'impossible' && !isRestoring(goal)) return next;
    return start(`it should run (${goal.because})`);
  }
  if (next === undefined) return settled(goal, observed);
  if (next.kind !== 'change') return next;
  if (goal.state === 'stopped') return start(`it takes no change while it is stopped. ${next.reason}`);
  return {
    kind: 'impossible',
    reason: `${clusterId} was stopped by somebody else, and takes no change until it runs again: it is not started, since State isn't asked for`,
  };
}

function asIfRunning(observed: DocumentDbObservation): DocumentDbObservation {
  const showsWriter = observed.instances.some(({ isWriter }) => isWriter);
  return {
    ...observed,
    status: 'available',
    instances: observed.instances.map((instance, at) => ({
      ...instance,
      status: instanceCondition(instance.status) === 'stopped' ? 'available' : instance.status,
      // Whichever it will be.
      isWriter: instance.isWriter || (!showsWriter && at === 0),
    })),
  };
}

function settled({ because }: DocumentDbGoal, { target, status, instances }: DocumentDbObservation): Next {
  const classes = [...new Set(instances.map(({ instanceClass }) => instanceClass))].sort();
  const counts = classes.map(
    (each) => `${instances.filter(({ instanceClass }) => instanceClass === each).length} × ${each}`,
  );
  const writer = instances.find(({ isWriter }) => isWriter)?.id;
  const parts = [...counts, ...(writer === undefined ? [] : [`${writer} is the writer`])];
  const found = parts.length === 0 ? 'no instance' : parts.join(', ');
  const reason = `${target.clusterId} is ${status} and has what it should (${because}): ${found}`;
  return { kind: 'settled', reason };
}
