import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ecrImagePermissions } from './permissions/ecr-image-permissions.ts';
import { imageTagPermissions } from './permissions/image-tag-permissions.ts';
import { layerFingerprintPermissions } from './permissions/layer-fingerprint-permissions.ts';
import type { Permission } from './permissions/permission.ts';
import { scalingStepPermissions } from './permissions/scaling-step-permissions.ts';
import { scheduledScalingPermissions } from './permissions/scheduled-scaling-permissions.ts';
import { ScalingAlarms } from './scaling-alarms.ts';
import { scalingArns } from './scaling-arns.ts';
import { ScalingDeadLetters } from './scaling-dead-letters.ts';
import { ScalingRun } from './scaling-run.ts';
import { scalingScheduleRole } from './scaling-schedule-role.ts';
import { ScalingSweep } from './scaling-sweep.ts';
import { ScalingTable } from './scaling-table.ts';
import { ServiceDashboard } from './service-dashboard.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';
import { type FunctionName, type ProviderName, serviceTokenParameterName } from './service-name.ts';
import {
  checkServiceProperties,
  DEFAULT_LOG_RETENTION,
  registryEnvironment,
  type ServiceProperties,
  scalableTargetsEnvironment,
} from './service-properties.ts';

/** The stack properties, beside CDK's own; `permissionsBoundary` among those holds for every role here. */
export interface ServiceStackProps extends StackProps, ServiceProperties {}

/** The longest that Lambda lets a function run. */
const PROVIDER_TIMEOUT = Duration.seconds(900);
/**
 * A provider is never tried twice: what it did the first time is not known, and CloudFormation asks again itself.
 * An event that waits longer than this is given up, while a stack's own time (an hour, unless it says otherwise)
 * still leaves a full run of the function.
 */
const PROVIDER_DELIVERY = { retryAttempts: 0, maxEventAge: Duration.seconds(900) } as const;
/** CloudFormation waits no longer than an hour for an answer; until then, a late one is better than none. */
const UNDELIVERED_DELIVERY = { retryAttempts: 2, maxEventAge: Duration.hours(1) } as const;
/** For one PUT and its retries. */
const UNDELIVERED_TIMEOUT = Duration.seconds(60);
/** What Node with the logger and the tracer needs, and some room. */
const UNDELIVERED_MEMORY_MB = 256;
/**
 * An image streams through, so memory does not grow with it and 256 would do; but CPU comes in proportion to memory,
 * and TLS with SHA-256 at 1024 (0.58 of a vCPU) just keeps up with the network of a function.
 */
const ECR_IMAGE_MEMORY_MB = 1024;
/** It asks three services for a few kilobytes, and waits for them. */
const IMAGE_TAG_MEMORY_MB = 256;
/**
 * A layer's contents go through one by one, so memory does not grow with the layer; but inflating and hashing up to
 * 250 MB is all CPU, which comes in proportion. The zip itself, of 300 MiB at the most, is in the temporary storage
 * until it is read, and the 512 MB that every function has hold that.
 */
const LAYER_FINGERPRINT_MEMORY_MB = 1024;
/**
 * Both ask a handful of services for a few kilobytes each, and use some 90 MB with the clients of all of them. The CPU
 * that comes with 512 is for what they compute: the windows of a plan, and in a sweep those of all plans within a minute.
 */
const SCHEDULED_SCALING_MEMORY_MB = 512;
const SCALING_STEP_MEMORY_MB = 512;
/**
 * For some reads, one change and some writes; a sweep looks at every target. It is shorter than a change may stay
 * without a sign of its effect (SETTLE_MS), so that none is called for again while the first call may still come.
 */
const SCALING_STEP_TIMEOUT = Duration.seconds(60);
/** The state machine waits for its answer, and only a sweep comes by itself: what failed of it the next one does. */
const SCALING_STEP_DELIVERY = { retryAttempts: 0, maxEventAge: Duration.minutes(15) } as const;

interface ProviderProps {
  readonly name: ProviderName;
  readonly resourceType: `Custom::${string}`;
  /** What the type is for, in a few words. */
  readonly purpose: string;
  /** In MB. */
  readonly memorySize: number;
  readonly permissions: readonly Permission[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it runs in the stack property's network, where there is one. */
  readonly inNetwork: boolean;
}

/** What a function has for itself; the rest is of the whole service. */
type OwnFunctionProps = Omit<ServiceFunctionProps, 'logRetention' | 'qualifier' | 'endpointOverride'>;

/** One copy of the service: a function and a role for each resource type, and the one that answers for the dead. */
export class ServiceStack extends Stack {
  readonly #properties: ServiceProperties;
  readonly #functions = new Map<FunctionName, IFunction>();
  readonly #resourceTypes: string[] = [];
  readonly #undelivered: IFunction;

  /** @throws Error in one sentence for properties that are not allowed. */
  constructor(scope: Construct, id: string, props: ServiceStackProps = {}) {
    super(scope, id, {
      description: 'Deploy-time service for CloudFormation: custom resource providers',
      ...props,
    });
    checkServiceProperties(props);
    this.#properties = props;
    this.#undelivered = this.#addUndelivered();
    this.#addProvider('EcrImage', {
      name: 'ecr-image',
      resourceType: 'Custom::EcrImage',
      purpose: 'an image is under this tag when the stack needs it',
      memorySize: ECR_IMAGE_MEMORY_MB,
      permissions: ecrImagePermissions(this, props),
      environment: registryEnvironment(props),
      // Sources may be in registries that only a VPC leads to.
      inNetwork: true,
    });
    // These two ask AWS alone, whose public endpoints and presigned URLs a function reaches without a VPC. Inside one
    // they would need endpoints for SSM, ECR, Lambda, CloudFormation and S3, and gain nothing.
    this.#addProvider('ImageTag', {
      name: 'image-tag',
      resourceType: 'Custom::ImageTag',
      purpose: 'the image tag that was released last, and its digest',
      memorySize: IMAGE_TAG_MEMORY_MB,
      permissions: imageTagPermissions(this, props),
      inNetwork: false,
    });
    this.#addProvider('LayerFingerprint', {
      name: 'layer-fingerprint',
      resourceType: 'Custom::LayerFingerprint',
      purpose: 'a hash of what a layer contains',
      memorySize: LAYER_FINGERPRINT_MEMORY_MB,
      permissions: layerFingerprintPermissions(this, props),
      inNetwork: false,
    });
    const scaling = this.#addScheduledScaling();
    new ServiceDashboard(this, 'Dashboard', {
      qualifier: props.qualifier,
      resourceTypes: this.#resourceTypes,
      functions: this.#functions,
      ...scaling,
    });
  }

  /** The on-failure destination. Never in a VPC: it has to answer also where the VPC is what broke the provider. */
  #addUndelivered(): IFunction {
    return this.#addFunction('Undelivered', {
      name: 'undelivered',
      description: 'Answers CloudFormation for a provider that died without an answer',
      timeout: UNDELIVERED_TIMEOUT,
      memorySize: UNDELIVERED_MEMORY_MB,
      delivery: UNDELIVERED_DELIVERY,
      permissions: [],
    }).function;
  }

  /** The provider writes plans and schedules; schedules start runs, and the step is all that a run does. */
  #addScheduledScaling() {
    const { qualifier, scalableTargets = [], alarmTopicArn } = this.#properties;
    const arns = scalingArns(this, qualifier);
    const { table } = new ScalingTable(this, 'ScalingTable', { qualifier });
    const { queue: deadLetters } = new ScalingDeadLetters(this, 'ScalingDeadLetters', { qualifier });
    const { roleArn: scheduleRoleArn } = scalingScheduleRole(this, 'ScalingScheduleRole', arns);
    const environment = {
      DEPLOYTIME_SCALING_TABLE: table.tableName,
      DEPLOYTIME_SCALING_STATE_MACHINE_ARN: arns.stateMachine,
      DEPLOYTIME_SCALING_SCHEDULE_ROLE_ARN: scheduleRoleArn,
      DEPLOYTIME_SCALING_DEAD_LETTER_ARN: arns.deadLetters,
      DEPLOYTIME_SCALABLE_TARGETS: scalableTargetsEnvironment(scalableTargets),
    };
    const { function: step } = this.#addFunction('ScalingStep', {
      name: 'scaling-step',
      description: 'Takes one step of a run of Custom::ScheduledScaling, and sweeps',
      timeout: SCALING_STEP_TIMEOUT,
      memorySize: SCALING_STEP_MEMORY_MB,
      delivery: SCALING_STEP_DELIVERY,
      permissions: scalingStepPermissions(this, arns, { scalableTargets }),
      environment,
    });
    const { stateMachine } = new ScalingRun(this, 'ScalingRun', { qualifier, step });
    new ScalingSweep(this, 'ScalingSweep', { qualifier, step, deadLetters });
    const provider = this.#addProvider('ScheduledScaling', {
      name: 'scheduled-scaling',
      resourceType: 'Custom::ScheduledScaling',
      purpose: 'clusters and services are larger during these hours',
      memorySize: SCHEDULED_SCALING_MEMORY_MB,
      permissions: scheduledScalingPermissions(this, arns, { scheduleRoleArn }),
      environment,
      inNetwork: false,
    });
    const { alarms } = new ScalingAlarms(this, 'ScalingAlarms', {
      ...{ qualifier, provider, step, stateMachine, deadLetters },
      topicArn: alarmTopicArn,
    });
    return { stateMachine, deadLetters, alarms };
  }

  #addProvider(id: string, props: ProviderProps): IFunction {
    const { name, resourceType, purpose, memorySize, permissions, environment, inNetwork } = props;
    const { network, qualifier } = this.#properties;
    this.#resourceTypes.push(resourceType);
    const provider = this.#addFunction(id, {
      name,
      description: `${resourceType}: ${purpose}`,
      timeout: PROVIDER_TIMEOUT,
      memorySize,
      delivery: { ...PROVIDER_DELIVERY, onFailure: this.#undelivered },
      permissions,
      ...(environment && { environment }),
      ...(inNetwork && network && { network }),
    });
    const serviceToken = provider.function.functionArn;
    new StringParameter(provider, 'ServiceTokenParameter', {
      parameterName: serviceTokenParameterName(name, qualifier),
      description: `The service token of ${resourceType}`,
      stringValue: serviceToken,
    });
    // No export: a stack that imported it would block the removal of the service.
    new CfnOutput(this, `${id}ServiceToken`, { value: serviceToken });
    return provider.function;
  }

  #addFunction(id: string, props: OwnFunctionProps): ServiceFunction {
    const { qualifier, endpointOverride, logRetention = DEFAULT_LOG_RETENTION } = this.#properties;
    const added = new ServiceFunction(this, id, {
      ...props,
      logRetention,
      ...(qualifier !== undefined && { qualifier }),
      ...(endpointOverride !== undefined && { endpointOverride }),
    });
    this.#functions.set(props.name, added.function);
    return added;
  }
}
