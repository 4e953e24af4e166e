import type { Patience } from '../../registry/throttling.ts';
import type { EcsChange } from '../decision/change.ts';
import type { ChangeAnswer, Refusal } from '../decision/scaling-target.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import { type EcsTarget, targetName } from '../plan/plan.ts';
import { type EcsClients, ecsCall } from './ecs-call.ts';
import { readEcsObservation } from './ecs-observation.ts';
import { describeService, EcsReads } from './ecs-reads.ts';
import { answerTo, refusalOfRead } from './refusal.ts';
import type { ScalingClients } from './scaling-clients.ts';
import { PERMISSION_TAG, PERMISSION_TAG_WORDS } from './tags.ts';

export interface EcsScalingTargetOptions {
  readonly clients: Pick<ScalingClients, 'ecs' | 'autoScaling'>;
  /** Services that may be changed without the tag, by their short name `ecs/prod/batch`. Default: none. */
  readonly allowedServices?: RegExp | undefined;
  /** How long throttled reads are waited for. */
  readonly patience?: Patience | undefined;
}

/** Services of Amazon ECS, over its API and Application Auto Scaling's. The methods are those of ScalingTarget. */
export class EcsScalingTarget {
  readonly #reads: EcsReads;
  readonly #changes: EcsClients;
  readonly #allowedServices: RegExp | undefined;

  constructor({ clients: { ecs, autoScaling }, allowedServices, patience }: EcsScalingTargetOptions) {
    this.#reads = new EcsReads(ecs.reads, autoScaling.reads, patience);
    this.#changes = { ecs: ecs.changes, autoScaling: autoScaling.changes };
    this.#allowedServices = allowedServices;
  }

  async observe(target: EcsTarget, signal: AbortSignal): Promise<EcsObservation | undefined> {
    const service = await this.#reads.findService(target, signal);
    if (service === undefined) return undefined;
    return readEcsObservation(target, service, await this.#reads.findScalableTarget(target, signal));
  }

  async apply({ target }: EcsObservation, change: EcsChange, signal: AbortSignal): Promise<ChangeAnswer> {
    signal.throwIfAborted();
    try {
      const refusal = await this.#refuseUntagged(target, signal);
      if (refusal !== undefined) return refusal;
    } catch (error) {
      return refusalOfRead(error);
    }
    const call = ecsCall(target, change);
    return answerTo(call, () => call.send(this.#changes, signal));
  }

  /** IAM can't let the service's tag decide who sets the bounds of its scalable target; so it is looked at here. */
  async #refuseUntagged(target: EcsTarget, signal: AbortSignal): Promise<Refusal | undefined> {
    if (this.#allowedServices?.test(targetName(target))) return undefined;
    const service = await this.#reads.findService(target, signal);
    if (service === undefined) {
      return {
        kind: 'not-found',
        message: `ECS has no service ${target.service} in the cluster ${target.cluster}`,
      };
    }
    const { key, value } = PERMISSION_TAG;
    if (service.tags?.some((tag) => tag.key === key && tag.value === value)) return undefined;
    return {
      kind: 'access',
      message: `Nothing was changed: ${describeService(target)} does not carry ${PERMISSION_TAG_WORDS}. Set it on the service itself; tags of its cluster and of its tasks don't count`,
    };
  }
}
