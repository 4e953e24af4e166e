import { ProviderError } from '../../errors.ts';
import type { Patience } from '../../registry/throttling.ts';
import type { Change, EcsChange } from '../decision/change.ts';
import type { Observation, ScalingTarget } from '../decision/scaling-target.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import { DocumentDbScalingTarget } from './documentdb-scaling-target.ts';
import { EcsScalingTarget } from './ecs-scaling-target.ts';
import type { ScalingClients } from './scaling-clients.ts';

export interface ScalingTargetsOptions {
  readonly clients: ScalingClients;
  /** ECS services that may be changed without the tag, by their short name `ecs/prod/batch`. Default: none. */
  readonly allowedServices?: RegExp;
  /** How long throttled reads are waited for. */
  readonly patience?: Patience;
}

/** Everything that can be scaled, each by the API of its kind. */
export function scalingTargets({ clients, allowedServices, patience }: ScalingTargetsOptions): ScalingTarget {
  const documentDb = new DocumentDbScalingTarget({ clients, patience });
  const ecs = new EcsScalingTarget({ clients, allowedServices, patience });
  return {
    observe: async (target, signal) => {
      switch (target.kind) {
        case 'docdb':
          return documentDb.observe(target, signal);
        case 'ecs':
          return ecs.observe(target, signal);
      }
    },
    apply: async (observation, change, signal) => {
      if (isOfDocumentDb(observation)) {
        if (!isEcsChange(change)) return documentDb.apply(observation, change, signal);
      } else if (isEcsChange(change)) {
        return ecs.apply(observation, change, signal);
      }
      const { kind } = observation.target;
      throw new ProviderError(
        'InternalFailure',
        `The change ${change.kind} is none of a target of the kind ${kind}`,
      );
    },
  };
}

function isOfDocumentDb(observation: Observation): observation is DocumentDbObservation {
  return observation.target.kind === 'docdb';
}

function isEcsChange(change: Change): change is EcsChange {
  return change.kind === 'set-desired-count' || change.kind === 'set-bounds';
}
