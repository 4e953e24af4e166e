import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  type DescribeServicesCommandOutput,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs';
import { ProviderError } from '../../errors.ts';
import { printable } from '../../registry/foreign-text.ts';
import type { Patience } from '../../registry/throttling.ts';
import type { EcsTarget } from '../plan/plan.ts';
import { readAws } from './aws-read.ts';

/** What Application Auto Scaling calls a service's desired count. */
export const DESIRED_COUNT = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

/** How Application Auto Scaling names a service. */
export function scalableResourceId({ cluster, service }: EcsTarget): string {
  return `service/${cluster}/${service}`;
}

/** As it stands in a message: `the service batch of the cluster prod`. */
export function describeService({ cluster, service }: EcsTarget): string {
  return `the service ${service} of the cluster ${cluster}`;
}

/** ECS and Application Auto Scaling, as far as they are read here. */
export class EcsReads {
  readonly #ecs: ECSClient;
  readonly #autoScaling: ApplicationAutoScalingClient;
  readonly #patience: Patience | undefined;

  constructor(ecs: ECSClient, autoScaling: ApplicationAutoScalingClient, patience?: Patience) {
    this.#ecs = ecs;
    this.#autoScaling = autoScaling;
    this.#patience = patience;
  }

  /** With its tags. Undefined where there is no such service or cluster, or it was deleted. */
  findService(target: EcsTarget, signal: AbortSignal): Promise<Service | undefined> {
    const command = new DescribeServicesCommand({
      cluster: target.cluster,
      services: [target.service],
      include: ['TAGS'],
    });
    const read = {
      service: 'ECS',
      operation: `describe ${describeService(target)}`,
      action: 'ecs:DescribeServices',
      region: () => this.#ecs.config.region(),
      patience: this.#patience,
      signal,
    };
    return readAws(read, async () => {
      try {
        return serviceOf(target, await this.#ecs.send(command, { abortSignal: signal }));
      } catch (error) {
        if (error instanceof ClusterNotFoundException) return undefined;
        throw error;
      }
    });
  }

  /** Of the service's desired count; undefined where there is none. */
  async findScalableTarget(target: EcsTarget, signal: AbortSignal): Promise<ScalableTarget | undefined> {
    const id = scalableResourceId(target);
    const command = new DescribeScalableTargetsCommand({ ...DESIRED_COUNT, ResourceIds: [id] });
    const read = {
      service: 'Application Auto Scaling',
      operation: `describe the scalable target of ${describeService(target)}`,
      action: 'application-autoscaling:DescribeScalableTargets',
      region: () => this.#autoScaling.config.region(),
      patience: this.#patience,
      signal,
    };
    const { ScalableTargets = [] } = await readAws(read, () =>
      this.#autoScaling.send(command, { abortSignal: signal }),
    );
    return ScalableTargets.find(
      ({ ResourceId, ScalableDimension }) =>
        ResourceId === id && ScalableDimension === DESIRED_COUNT.ScalableDimension,
    );
  }
}

/** A deleted service is shown as INACTIVE for a while. */
function serviceOf(target: EcsTarget, answer: DescribeServicesCommandOutput): Service | undefined {
  const { services = [], failures = [] } = answer;
  const [service] = services;
  if (service !== undefined) return service.status === 'INACTIVE' ? undefined : service;
  const failure = failures.find(({ reason }) => reason !== 'MISSING');
  if (failure === undefined) return undefined;
  const said = printable(`${failure.reason} ${failure.detail ?? ''}`);
  throw new ProviderError(
    'GeneralServiceException',
    `ECS failed to describe ${describeService(target)}: ${said}`,
  );
}
