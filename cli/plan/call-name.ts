import type { Change } from '../../handlers/scaling/decision/change.ts';
import { replicaIndex } from '../../handlers/scaling/documentdb/replica-name.ts';
import type { Target } from '../../handlers/scaling/plan/plan.ts';

/** How instances of a plan are called to people. */
export interface InstanceNames {
  readonly plan: string;
  /** The names of its replicas follow from its id; where that isn't known yet they are numbered. */
  readonly isDeployed: boolean;
}

/** The AWS API that a change calls. */
export function apiOf(change: Change): string {
  switch (change.kind) {
    case 'start-cluster':
      return 'StartDBCluster';
    case 'stop-cluster':
      return 'StopDBCluster';
    case 'change-class':
      return 'ModifyDBInstance';
    case 'create-replica':
      return 'CreateDBInstance';
    case 'delete-replica':
      return 'DeleteDBInstance';
    case 'fail-over':
      return 'FailoverDBCluster';
    case 'set-min-capacity':
      return 'ModifyDBCluster';
    case 'set-desired-count':
      return 'UpdateService';
    case 'set-bounds':
      return 'RegisterScalableTarget';
  }
}

/** What is asked of the API: `replica-1 to db.r6g.2xlarge`. Empty where there is nothing to say. */
export function argumentsOf(change: Change, target: Target, names: InstanceNames): string {
  const named = (id: string) => instanceName(id, target, names);
  switch (change.kind) {
    case 'start-cluster':
    case 'stop-cluster':
      return '';
    case 'change-class':
      return `${named(change.instance)} to ${change.instanceClass}`;
    case 'create-replica':
      return `${named(change.instance)}, ${change.instanceClass}`;
    case 'delete-replica':
      return named(change.instance);
    case 'fail-over':
      return `to ${named(change.instance)}`;
    case 'set-min-capacity':
      return `at least ${change.minCapacity} DCU`;
    case 'set-desired-count':
      return `${change.desiredCount} ${change.desiredCount === 1 ? 'task' : 'tasks'}`;
    case 'set-bounds':
      return `${change.minCapacity} to ${change.maxCapacity} tasks`;
  }
}

/** `own replica 1` in place of a name that isn't known yet. */
export function instanceName(id: string, target: Target, { plan, isDeployed }: InstanceNames): string {
  const index = target.kind === 'docdb' ? replicaIndex(plan, target.clusterId, id) : undefined;
  return index === undefined || isDeployed ? id : `own replica ${index}`;
}

/** A sentence of a run, with the names that `instanceName` gives. */
export function withInstanceNames(reason: string, target: Target, names: InstanceNames): string {
  return reason.replace(/\S+-deploytime-[0-9a-f]{12}-\d{1,3}/g, (id) => instanceName(id, target, names));
}
