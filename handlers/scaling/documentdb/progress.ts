import type { DocumentDbChange } from '../decision/change.ts';
import type { Progress } from '../decision/next-change.ts';
import { hasClass } from './class-goal.ts';
import { clusterCondition } from './cluster-status.ts';
import { instanceCondition, isAvailable, isBroken } from './instance-status.ts';
import type { DocumentDbObservation, InstanceObservation } from './observation.ts';

/**
 * What an observation tells of a change that was called for. `done` means that it has come to its end, and that the
 * planner can go on from what is there: an instance that was made or changed and then failed has come to its end too,
 * and the planner says what follows.
 */
export function documentDbProgress(change: DocumentDbChange, observed: DocumentDbObservation): Progress {
  switch (change.kind) {
    case 'start-cluster':
      return startProgress(observed);
    case 'stop-cluster':
      return stopProgress(observed);
    case 'change-class':
      return classProgress(change, instanceNamed(observed, change.instance));
    case 'create-replica':
      return instanceProgress(instanceNamed(observed, change.instance));
    case 'delete-replica':
      return deletionProgress(instanceNamed(observed, change.instance));
    case 'fail-over':
      return failOverProgress(change.instance, observed);
    case 'set-min-capacity':
      return capacityProgress(change.minCapacity, observed);
  }
}

function startProgress({ status }: DocumentDbObservation): Progress {
  switch (clusterCondition(status)) {
    case 'available':
      return 'done';
    // `stopping` is either from before, or somebody stops it again.
    case 'stopped':
    case 'stopping':
    case 'deleting':
    case 'broken':
      return 'no-sign';
    case 'starting':
    case 'failing-over':
    case 'in-transition':
      return 'under-way';
  }
}

function stopProgress({ status }: DocumentDbObservation): Progress {
  const condition = clusterCondition(status);
  if (condition === 'stopped') return 'done';
  return condition === 'stopping' ? 'under-way' : 'no-sign';
}

/** A class that only pends is no sign: without ApplyImmediately it would do so until the maintenance window. */
function classProgress(
  { instanceClass }: Extract<DocumentDbChange, { kind: 'change-class' }>,
  instance: InstanceObservation | undefined,
): Progress {
  const lacksClass = instance !== undefined && !isBroken(instance) && !hasClass(instance, instanceClass);
  const progress = instanceProgress(instance);
  return progress === 'done' && lacksClass ? 'no-sign' : progress;
}

/** Whether it has come to rest, whatever its class: another one is changed as that of any instance. */
function instanceProgress(instance: InstanceObservation | undefined): Progress {
  if (instance === undefined) return 'no-sign';
  switch (instanceCondition(instance.status)) {
    case 'available':
    case 'stopped':
    case 'broken':
      return 'done';
    case 'in-transition':
      return 'under-way';
    case 'deleting':
      return 'no-sign';
  }
}

function deletionProgress(instance: InstanceObservation | undefined): Progress {
  if (instance === undefined) return 'done';
  return instanceCondition(instance.status) === 'deleting' ? 'under-way' : 'no-sign';
}

function failOverProgress(name: string, observed: DocumentDbObservation): Progress {
  const { status, instances } = observed;
  const condition = clusterCondition(status);
  if (!['available', 'failing-over', 'in-transition'].includes(condition)) return 'no-sign';
  const target = instanceNamed(observed, name);
  if (target === undefined || instanceCondition(target.status) === 'broken') return 'no-sign';
  const writers = instances.filter(({ isWriter }) => isWriter);
  if (condition !== 'available' || writers.length !== 1 || !isAvailable(target)) return 'under-way';
  return target.isWriter ? 'done' : 'no-sign';
}

/** Instances may restart for it, and are waited for. */
function capacityProgress(
  minCapacity: number,
  { status, serverless, instances }: DocumentDbObservation,
): Progress {
  const isModifying = clusterCondition(status) === 'in-transition';
  if (serverless?.minCapacity !== minCapacity) return isModifying ? 'under-way' : 'no-sign';
  const isRestarting = instances.some((each) => instanceCondition(each.status) === 'in-transition');
  return isModifying || isRestarting ? 'under-way' : 'done';
}

function instanceNamed({ instances }: DocumentDbObservation, name: string): InstanceObservation | undefined {
  return instances.find(({ id }) => id === name);
}
