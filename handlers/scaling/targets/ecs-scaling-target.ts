import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  type DescribeServicesCommandOutput,
  type ECSClient,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ProviderError } from '../../errors.ts';
import { printable } from '../../registry/foreign-text.ts';
import type { Patience } from '../../registry/throttling.ts';
import type { EcsChange } from '../change.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import { type EcsTarget, targetName } from '../plan.ts';
import type { ChangeAnswer, Refusal } from '../scaling-target.ts';
import { readAws } from './aws-read.ts';
import { readEcsObservation } from './ecs-observation.ts';
import { AUTO_SCALING_REFUSALS, ECS_REFUSALS } from './ecs-refusals.ts';
import { answerTo, refusalOfRead } from './refusal.ts';
import type { ReadsAndChanges } from './scaling-clients.ts';
import { PERMISSION_TAG, PERMISSION_TAG_WORDS } from './tags.ts';

export interface EcsScalingTargetOptions {
  readonly ecs: ReadsAndChanges<ECSClient>;
  readonly autoScaling: ReadsAndChanges<ApplicationAutoScalingClient>;
  /** Services that may be changed without the tag, by their short name `ecs/prod/batch`. Default: none. */
  readonly allowed?: RegExp;
  readonly patience?: Patience;
}

/** What names a service's desired count to Application Auto Scaling. */
const SCALABLE = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** Services of Amazon ECS, over its API and Application Auto Scaling's. The methods are those of ScalingTarget. */
export class EcsScalingTarget {
  readonly #ecs: ReadsAndChanges<ECSClient>;
  readonly #autoScaling: ReadsAndChanges<ApplicationAutoScalingClient>;
  readonly #allowed: RegExp | undefined;
  readonly #patience: Patience | undefined;

  constructor({ ecs, autoScaling, allowed, patience }: EcsScalingTargetOptions) {
    this.#ecs = ecs;
    this.#autoScaling = autoScaling;
    this.#allowed = allowed;
    this.#patience = patience;
  }

  async observe(target: EcsTarget, signal: AbortSignal): Promise<EcsObservation | undefined> {
    const service = await this.#findService(target, signal);
    if (service === undefined) return undefined;
    return readEcsObservation(target, service, await this.#findScalableTarget(target, signal));
  }

  async apply(observation: EcsObservation, change: EcsChange, signal: AbortSignal): Promise<ChangeAnswer> {
    signal.throwIfAborted();
    const { target } = observation;
    try {
      const refusal = await this.#refuseUntagged(target, signal);
      if (refusal !== undefined) return refusal;
    } catch (error) {
      return refusalOfRead(error);
    }
    const service = words(target);
    const permitted = `${service} carries ${PERMISSION_TAG_WORDS}`;
    switch (change.kind) {
      case 'set-desired-count': {
        const { desiredCount } = change;
        const command = new UpdateServiceCommand({
          cluster: target.cluster,
          service: target.service,
          desiredCount,
        });
        const operation = `set the desired count of ${service} to ${desiredCount}`;
        return answerTo(
          { service: 'ECS', operation, action: 'ecs:UpdateService', permitted, table: ECS_REFUSALS },
          () => this.#ecs.changes.send(command, { abortSignal: signal }),
        );
      }
      case 'set-bounds': {
        const { minCapacity, maxCapacity } = change;
        const command = new RegisterScalableTargetCommand({
          ...SCALABLE,
          ResourceId: resourceId(target),
          MinCapacity: minCapacity,
          MaxCapacity: maxCapacity,
        });
        return answerTo(
          {
            service: 'Application Auto Scaling',
            operation: `set the bounds of ${service} to ${minCapacity} and ${maxCapacity}`,
            action: 'application-autoscaling:RegisterScalableTarget',
            permitted,
            table: AUTO_SCALING_REFUSALS,
          },
          () => this.#autoScaling.changes.send(command, { abortSignal: signal }),
        );
      }
    }
  }

  /** IAM can't tell by the service's tag who may set the bounds of its scalable target, so it is done here, for both. */
  async #refuseUntagged(target: EcsTarget, signal: AbortSignal): Promise<Refusal | undefined> {
    if (this.#allowed?.test(targetName(target))) return undefined;
    const service = await this.#findService(target, signal);
    if (service === undefined) {
      return { kind: 'not-found', message: `There is no ${words(target).replace(/^the /, '')}` };
    }
    const { key, value } = PERMISSION_TAG;
    if (service.tags?.some((tag) => tag.key === key && tag.value === value)) return undefined;
    return {
      kind: 'access',
      message: `${words(target)} does not carry ${PERMISSION_TAG_WORDS}, so it is not changed; set that tag on the service itself, not on its cluster or its tasks`,
    };
  }

  async #findService(target: EcsTarget, signal: AbortSignal): Promise<Service | undefined> {
    const { cluster, service } = target;
    const command = new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] });
    const read = {
      service: 'ECS',
      operation: `describe ${words(target)}`,
      action: 'ecs:DescribeServices',
      region: () => this.#ecs.reads.config.region(),
      patience: this.#patience,
      signal,
    };
    return readAws(read, async () => {
      try {
        return readService(target, await this.#ecs.reads.send(command, { abortSignal: signal }));
      } catch (error) {
        if (error instanceof ClusterNotFoundException) return undefined;
        throw error;
      }
    });
  }

  async #findScalableTarget(target: EcsTarget, signal: AbortSignal): Promise<ScalableTarget | undefined> {
    const command = new DescribeScalableTargetsCommand({ ...SCALABLE, ResourceIds: [resourceId(target)] });
    const read = {
      service: 'Application Auto Scaling',
      operation: `describe the scalable target of ${words(target)}`,
      action: 'application-autoscaling:DescribeScalableTargets',
      region: () => this.#autoScaling.reads.config.region(),
      patience: this.#patience,
      signal,
    };
    const { ScalableTargets = [] } = await readAws(read, () =>
      this.#autoScaling.reads.send(command, { abortSignal: signal }),
    );
    return ScalableTargets.find(
      ({ ResourceId, ScalableDimension }) =>
        ResourceId === resourceId(target) && ScalableDimension === SCALABLE.ScalableDimension,
    );
  }
}

/** A deleted service is shown as INACTIVE for a while. */
function readService(target: EcsTarget, answer: DescribeServicesCommandOutput): Service | undefined {
  const { services = [], failures = [] } = answer;
  const [service] = services;
  if (service !== undefined) return service.status === 'INACTIVE' ? undefined : service;
  const failure = failures.find(({ reason }) => reason !== 'MISSING');
  if (failure === undefined) return undefined;
  const said = [failure.reason, failure.detail].filter((part) => part).map((part) => printable(part ?? ''));
  throw new ProviderError(
    'GeneralServiceException',
    `ECS failed to describe ${words(target)}: ${said.join(', ')}`,
  );
}

function words({ cluster, service }: EcsTarget): string {
  return `the service ${service} of the cluster ${cluster}`;
}

function resourceId({ cluster, service }: EcsTarget): string {
  return `service/${cluster}/${service}`;
}
