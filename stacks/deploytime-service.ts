import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type FunctionCode, prebuiltCode } from './function-code.ts';
import { FUNCTION_LIMITS } from './function-limits.ts';
import { checkLate } from './late-property.ts';
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
  serviceProperties,
} from './service-properties.ts';

export interface DeploytimeServiceProps extends ServiceProperties {
  /**
   * Where each function's code is.
   * @default - the bundles that came with this package
   */
  readonly functionCode?: FunctionCode;
}

interface ProviderProps {
  readonly name: ProviderName;
  readonly resourceType: `Custom::${string}`;
  /** What the type is for, in a few words. */
  readonly purpose: string;
  readonly permissions: readonly Permission[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it runs in the stack property's network, where there is one. */
  readonly inNetwork: boolean;
}

/** What a function has for itself; the rest is of the whole service. */
type OwnFunctionProps = Omit<
  ServiceFunctionProps,
  'code' | 'limits' | 'logRetention' | 'qualifier' | 'endpointOverride'
>;

/**
 * One copy of the service: a function and a role for each resource type, and the one that answers for the dead; what
 * carries out scheduled scaling; and a dashboard of it all. An account needs one in each Region; its names are fixed,
 * so that a second copy beside the first needs a qualifier.
 *
 * ```ts
 * new DeploytimeService(stack, 'Deploytime', { repositoryPattern: 'team/*' });
 * ```
 */
export class DeploytimeService extends Construct {
  readonly #properties: DeploytimeServiceProps;
  readonly #functions = new Map<FunctionName, IFunction>();
  readonly #resourceTypes: string[] = [];
  readonly #undelivered: IFunction;

  /** @throws Error in one sentence for properties that are not allowed. */
  constructor(scope: Construct, id: string, props: DeploytimeServiceProps = {}) {
    super(scope, id);
    checkServiceProperties(props);
    checkLate(this, serviceProperties(props));
    this.#properties = props;
    this.#undelivered = this.#addUndelivered();
    this.#addProvider('EcrImage', {
      name: 'ecr-image',
      resourceType: 'Custom::EcrImage',
      purpose: 'an image is under this tag when the stack needs it',
      permissions: ecrImagePermissions(Stack.of(this), props),
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
      permissions: imageTagPermissions(Stack.of(this), props),
      inNetwork: false,
    });
    this.#addProvider('LayerFingerprint', {
      name: 'layer-fingerprint',
      resourceType: 'Custom::LayerFingerprint',
      purpose: 'a hash of what a layer contains',
      permissions: layerFingerprintPermissions(Stack.of(this), props),
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
      permissions: scalingStepPermissions(Stack.of(this), arns, { scalableTargets }),
      environment,
    });
    const { stateMachine } = new ScalingRun(this, 'ScalingRun', { qualifier, step });
    new ScalingSweep(this, 'ScalingSweep', { qualifier, step, deadLetters });
    const provider = this.#addProvider('ScheduledScaling', {
      name: 'scheduled-scaling',
      resourceType: 'Custom::ScheduledScaling',
      purpose: 'clusters and services are larger during these hours',
      permissions: scheduledScalingPermissions(Stack.of(this), arns, { scheduleRoleArn }),
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
    const { name, resourceType, purpose, permissions, environment, inNetwork } = props;
    const { network, qualifier } = this.#properties;
    this.#resourceTypes.push(resourceType);
    const provider = this.#addFunction(id, {
      name,
      description: `${resourceType}: ${purpose}`,
      onFailure: this.#undelivered,
      permissions,
      ...(environment && { environment }),
      ...(inNetwork && network && { network }),
    });
    const serviceToken = provider.function.functionArn;
    new StringParameter(provider, 'ServiceTokenParameter', {
      parameterName: serviceTokenParameterName(name, qualifier),
      simpleName: false,
      description: `The service token of ${resourceType}`,
      stringValue: serviceToken,
    });
    // No export: a stack that imported it would block the removal of the service.
    new CfnOutput(this, `${id}ServiceToken`, { value: serviceToken });
    return provider.function;
  }

  #addFunction(id: string, props: OwnFunctionProps): ServiceFunction {
    const { qualifier, endpointOverride, logRetention = DEFAULT_LOG_RETENTION } = this.#properties;
    const { functionCode = prebuiltCode } = this.#properties;
    const added = new ServiceFunction(this, id, {
      ...props,
      code: functionCode(props.name),
      limits: FUNCTION_LIMITS[props.name],
      logRetention,
      ...(qualifier !== undefined && { qualifier }),
      ...(endpointOverride !== undefined && { endpointOverride }),
    });
    this.#functions.set(props.name, added.function);
    return added;
  }
}
