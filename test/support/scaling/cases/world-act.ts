import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import { AwsError } from '../../aws-wire/aws-error.ts';
import type { SimulatorWorld } from '../simulator-world.ts';

/** What a person does at the console, or AWS by itself. */
export type WorldAct = { readonly at: Instant } & WorldActKind;

export type WorldActKind =
  | { readonly kind: 'fail-over'; readonly cluster: string; readonly instance?: string }
  | {
      readonly kind: 'add-instance';
      readonly cluster: string;
      readonly instance: string;
      readonly instanceClass: string;
    }
  | { readonly kind: 'delete-instance'; readonly instance: string }
  | {
      readonly kind: 'resize-instance';
      readonly instance: string;
      readonly instanceClass: string;
      readonly immediately: boolean;
    }
  | { readonly kind: 'stop-cluster'; readonly cluster: string }
  | { readonly kind: 'start-cluster'; readonly cluster: string }
  | {
      readonly kind: 'set-desired-count';
      readonly cluster: string;
      readonly service: string;
      readonly desiredCount: number;
    }
  | {
      readonly kind: 'set-bounds';
      readonly cluster: string;
      readonly service: string;
      readonly minCapacity: number;
      readonly maxCapacity: number;
    }
  | { readonly kind: 'deploy'; readonly cluster: string; readonly service: string }
  | { readonly kind: 'delete-service'; readonly cluster: string; readonly service: string }
  /** It breaks by itself. */
  | { readonly kind: 'fail-instance'; readonly instance: string }
  /** AWS's support puts right what hangs or failed, here and everywhere else. */
  | { readonly kind: 'repair'; readonly cluster: string };

/** @returns Why AWS refused it; undefined where it was done. */
export function carryOut(act: WorldActKind, world: SimulatorWorld): string | undefined {
  try {
    deedOf(act, world)();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/** The short name of the target that it is done to; undefined where there is none such. */
export function targetOf(act: WorldActKind, { documentDb }: SimulatorWorld): string | undefined {
  if ('service' in act) return `ecs/${act.cluster}/${act.service}`;
  if ('cluster' in act) return `docdb/${act.cluster}`;
  const clusterId = documentDb.account.findInstance(act.instance)?.clusterId;
  return clusterId && `docdb/${clusterId}`;
}

function deedOf(act: WorldActKind, { operator, documentDb }: SimulatorWorld): () => void {
  switch (act.kind) {
    case 'fail-over':
      return () => operator.failOver(act.cluster, act.instance);
    case 'add-instance':
      return () => operator.addInstance(act.cluster, act.instance, act.instanceClass);
    case 'delete-instance':
      return () => operator.deleteInstance(act.instance);
    case 'resize-instance':
      return () => operator.resizeInstance(act.instance, act.instanceClass, act.immediately);
    case 'stop-cluster':
      return () => operator.stopCluster(act.cluster);
    case 'start-cluster':
      return () => operator.startCluster(act.cluster);
    case 'set-desired-count':
      return () => operator.setDesiredCount(act.cluster, act.service, act.desiredCount);
    case 'set-bounds':
      return () => operator.setScalableTarget(act.cluster, act.service, act);
    case 'deploy':
      return () => operator.deploy(act.cluster, act.service);
    case 'delete-service':
      return () => operator.deleteService(act.cluster, act.service);
    case 'repair':
      return () => documentDb.processes.repair();
    case 'fail-instance':
      return () => documentDb.processes.failInstance(act.instance);
  }
}
