import type { Next } from '../next-change.ts';
import { clusterCondition } from './cluster-status.ts';
import { FAIL_OVER_WAIT_SECONDS } from './fail-over.ts';
import { type DocumentDbGoal, isRestoring } from './goal.ts';
import { instanceCondition } from './instance-status.ts';
import { nextCapacity } from './next-capacity.ts';
import type { DocumentDbObservation } from './observation.ts';

/** An instance takes 6 to 10 minutes to be made or changed, a cluster some minutes to stop or start. */
export const INSTANCE_WAIT_SECONDS = 30;

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
  const next = waitForInstances(observed) ?? nextCapacity(goal, observed);
  if (next !== undefined) return next;
  if (goal.state !== 'stopped') return settled(goal, observed);
  const reason = `${observed.target.clusterId} is stopped (${goal.because}); everything else is as it should be`;
  return { kind: 'change', change: { kind: 'stop-cluster' }, reason };
}

/** A stopped cluster refuses every change, so whether there is one to make is asked as if it ran. */
function nextOfStopped(goal: DocumentDbGoal, observed: DocumentDbObservation): Next {
  const { clusterId } = observed.target;
  const next = waitForInstances(observed) ?? nextCapacity(goal, asIfRunning(observed));
  const start = (why: string): Next => ({
    kind: 'change',
    change: { kind: 'start-cluster' },
    reason: `${clusterId} is started: ${why}`,
  });
  if (goal.state === 'running') {
    if (next?.kind === 'impossible' && !isRestoring(goal)) return next;
    return start(`it is stopped, and should run (${goal.because})`);
  }
  if (next === undefined) return settled(goal, observed);
  if (next.kind !== 'change') return next;
  if (goal.state === 'stopped') return start(`it takes changes only while it runs. ${next.reason}`);
  return {
    kind: 'impossible',
    reason: `${clusterId} is stopped, by somebody else, and takes no changes until it runs again: State isn't asked for, so it is not started`,
  };
}

function waitForInstances({ target, status, instances }: DocumentDbObservation): Next | undefined {
  const isStopped = clusterCondition(status) === 'stopped';
  const moving = instances.find((instance) => {
    const condition = instanceCondition(instance.status);
    return (
      condition === 'in-transition' || condition === 'deleting' || (condition === 'stopped' && !isStopped)
    );
  });
  const doubled = instances.find(({ id }, at) => instances.findIndex((each) => each.id === id) !== at);
  const wait = (reason: string): Next => ({ kind: 'wait', seconds: INSTANCE_WAIT_SECONDS, reason });
  if (moving !== undefined) return wait(`Instance ${moving.id} of ${target.clusterId} is ${moving.status}`);
  if (doubled !== undefined) return wait(`Instance ${doubled.id} of ${target.clusterId} is listed twice`);
  return undefined;
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
  const found = [...counts, ...(writer === undefined ? [] : [`${writer} is the writer`])].join(', ');
  const reason = `${target.clusterId} is ${status} and has what it should (${because}): ${found}`;
  return { kind: 'settled', reason };
}
