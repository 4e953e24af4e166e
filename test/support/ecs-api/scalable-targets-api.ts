import { AwsError } from '../aws-wire/aws-error.ts';
import type { AwsService, CallContext, WireRequest } from '../aws-wire/aws-service.ts';
import {
  isInteger,
  isText,
  isTextList,
  JSON_CONTENT_TYPE,
  type JsonFields,
  parseJsonParameters,
  writeJsonError,
} from '../aws-wire/json-parameters.ts';
import type { VirtualClock } from '../scaling/virtual-clock.ts';
import type { EcsAccount } from './ecs-account.ts';
import type { EcsProcesses } from './ecs-processes.ts';
import type { EcsState, ScalableTarget } from './ecs-state.ts';

const TARGET_PREFIX = 'AnyScaleFrontendService.';
const NAMESPACE = 'ecs';
const DIMENSION = 'ecs:service:DesiredCount';
const MAX_PAGE = 50;

interface ScalableTargetsInputs {
  readonly DescribeScalableTargets: {
    readonly ServiceNamespace: string;
    readonly ResourceIds?: readonly string[];
    readonly ScalableDimension?: string;
    readonly MaxResults?: number;
    readonly NextToken?: string;
  };
  readonly RegisterScalableTarget: {
    readonly ServiceNamespace: string;
    readonly ResourceId: string;
    readonly ScalableDimension: string;
    readonly MinCapacity?: number;
    readonly MaxCapacity?: number;
  };
  readonly DeregisterScalableTarget: {
    readonly ServiceNamespace: string;
    readonly ResourceId: string;
    readonly ScalableDimension: string;
  };
}

const ONE_TARGET: JsonFields = {
  ServiceNamespace: [true, isText],
  ResourceId: [true, isText],
  ScalableDimension: [true, isText],
};

/** @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_Operations.html */
const FIELDS: Readonly<Record<keyof ScalableTargetsInputs, JsonFields>> = {
  DescribeScalableTargets: {
    ServiceNamespace: [true, isText],
    ResourceIds: [false, isTextList],
    ScalableDimension: [false, isText],
    MaxResults: [false, isInteger],
    NextToken: [false, isText],
  },
  RegisterScalableTarget: {
    ...ONE_TARGET,
    MinCapacity: [false, isInteger],
    MaxCapacity: [false, isInteger],
  },
  DeregisterScalableTarget: ONE_TARGET,
};

/** Application Auto Scaling, for services of ECS alone. */
export class ScalableTargetsApi implements AwsService {
  readonly contentType = JSON_CONTENT_TYPE;
  readonly #account: EcsAccount;
  readonly #processes: EcsProcesses;
  readonly #clock: VirtualClock;
  readonly #arnPrefix: string;

  /** @param arnPrefix `arn:aws:application-autoscaling:us-east-1:111122223333` */
  constructor(account: EcsAccount, processes: EcsProcesses, clock: VirtualClock, arnPrefix: string) {
    this.#account = account;
    this.#processes = processes;
    this.#clock = clock;
    this.#arnPrefix = arnPrefix;
  }

  parse({ target, contentType, body }: WireRequest): { action: string; input: Record<string, unknown> } {
    const action = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
    if (contentType !== JSON_CONTENT_TYPE || !isAction(action)) {
      throw new AwsError('UnknownOperationException', `There is no action ${target} of ${contentType}`);
    }
    return { action, input: parseJsonParameters(body, FIELDS[action], 'ValidationException') };
  }

  isMutation(action: string): boolean {
    return action !== 'DescribeScalableTargets';
  }

  carryOut(action: string, input: Record<string, unknown>, { readAt }: CallContext): Record<string, unknown> {
    if (!isAction(action)) throw new AwsError('UnknownOperationException', `There is no action ${action}`);
    switch (action) {
      case 'DescribeScalableTargets':
        return this.#describe(this.#account.history.at(readAt), input as never);
      case 'RegisterScalableTarget':
        return this.#register(input as never);
      case 'DeregisterScalableTarget':
        this.#account.removeScalableTarget(keyOf(input as never));
        return {};
    }
  }

  writeAnswer(_: string, answer: Record<string, unknown>): string {
    return JSON.stringify(answer);
  }

  writeError(error: AwsError): string {
    return writeJsonError(error);
  }

  #describe(state: EcsState, input: ScalableTargetsInputs['DescribeScalableTargets']) {
    const { ResourceIds, ScalableDimension, MaxResults = MAX_PAGE, NextToken = '' } = input;
    checkNamespace(input.ServiceNamespace);
    if (ScalableDimension !== undefined) checkDimension(ScalableDimension);
    if (ScalableDimension !== undefined && ResourceIds === undefined) {
      throw invalid('If you specify a scalable dimension, you must also specify a resource ID.');
    }
    if (MaxResults < 1 || MaxResults > MAX_PAGE) throw invalid(`MaxResults is from 1 to ${MAX_PAGE}.`);
    const keys = [...state.scalableTargets.keys()]
      .filter((key) => ResourceIds?.includes(`service/${key}`) ?? true)
      .filter((key) => key > NextToken)
      .sort();
    const page = keys.slice(0, MaxResults);
    const last = page.at(-1);
    return {
      ScalableTargets: page.map((key) => this.#write(key, state.scalableTargets.get(key) as ScalableTarget)),
      ...(keys.length > page.length && { NextToken: last }),
    };
  }

  /** What is not given stays as it is; a new target needs both bounds. The service has to keep to them at once. */
  #register(input: ScalableTargetsInputs['RegisterScalableTarget']) {
    const key = keyOf(input);
    const former = this.#account.findScalableTarget(key);
    const minCapacity = input.MinCapacity ?? former?.minCapacity;
    const maxCapacity = input.MaxCapacity ?? former?.maxCapacity;
    if (minCapacity === undefined || maxCapacity === undefined) {
      throw invalid('MinCapacity and MaxCapacity must be specified for a new scalable target.');
    }
    if (minCapacity < 0 || minCapacity > maxCapacity) {
      throw invalid(`MinCapacity ${minCapacity} must be from 0 to MaxCapacity, which is ${maxCapacity}.`);
    }
    const service = this.#account.findService(key);
    if (service?.status !== 'ACTIVE') throw invalid(`ECS service doesn't exist: service/${key}`);
    const createdAt = former?.createdAt ?? this.#clock.now;
    this.#account.putScalableTarget(key, { minCapacity, maxCapacity, createdAt });
    const clamped = Math.min(Math.max(service.desiredCount, minCapacity), maxCapacity);
    if (clamped !== service.desiredCount) this.#processes.setDesiredCount(key, clamped);
    return { ScalableTargetARN: this.#arn(key) };
  }

  #write(key: string, { minCapacity, maxCapacity, createdAt }: ScalableTarget): Record<string, unknown> {
    return {
      ServiceNamespace: NAMESPACE,
      ResourceId: `service/${key}`,
      ScalableDimension: DIMENSION,
      MinCapacity: minCapacity,
      MaxCapacity: maxCapacity,
      CreationTime: createdAt / 1000,
      ScalableTargetARN: this.#arn(key),
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    };
  }

  #arn(key: string): string {
    return `${this.#arnPrefix}:scalable-target/${Buffer.from(key).toString('hex')}`;
  }
}

function isAction(name: string): name is keyof ScalableTargetsInputs {
  return Object.hasOwn(FIELDS, name);
}

/** `<cluster>/<service>` */
function keyOf({
  ServiceNamespace,
  ResourceId,
  ScalableDimension,
}: ScalableTargetsInputs['DeregisterScalableTarget']): string {
  checkNamespace(ServiceNamespace);
  checkDimension(ScalableDimension);
  const [, key] = /^service\/([^/]+\/[^/]+)$/.exec(ResourceId) ?? [];
  if (key === undefined) throw invalid(`Unsupported service resource id: ${ResourceId}`);
  return key;
}

function checkNamespace(namespace: string): void {
  if (namespace !== NAMESPACE) throw invalid(`There is no service namespace ${namespace} here`);
}

function checkDimension(dimension: string): void {
  if (dimension !== DIMENSION) throw invalid(`Unsupported scalable dimension: ${dimension}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
