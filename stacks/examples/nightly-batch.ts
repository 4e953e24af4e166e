import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
  TimeZone,
  Validations,
} from 'aws-cdk-lib';
import { DatabaseCluster, type IDatabaseCluster } from 'aws-cdk-lib/aws-docdb';
import { InstanceType, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  FargateService,
  FargateTaskDefinition,
  LogDriver,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import {
  type ScalingScenario,
  ScheduledScaling,
  type ScheduledScalingProps,
} from '../constructs/scheduled-scaling.ts';
import { ScalingTarget } from '../constructs/scheduled-scaling-target.ts';

/** A smaller batch, once. Local times, as `2026-12-24T13:00:00`. */
export interface ExtraBatch {
  readonly start: string;
  readonly end: string;
}

export interface NightlyBatchExampleProps
  extends StackProps,
    Pick<ScheduledScalingProps, 'timezone' | 'serviceTimeout' | 'qualifier'> {
  /**
   * A DocumentDB cluster that is there, by its identifier; it and its instances carry the tag
   * `deploytime:scaling=true`. The local run needs it: MiniStack makes no cluster by CloudFormation.
   * @default - the stack makes a cluster of two instances
   */
  readonly clusterIdentifier?: string;
  /**
   * When the batch of every night starts: `cron(…)`.
   * @default - half past midnight
   */
  readonly start?: string;
  /**
   * When it is over.
   * @default - five in the morning
   */
  readonly end?: string;
  /** @default - none */
  readonly extraBatch?: ExtraBatch;
}

/** A stack that waits an hour for an answer helps nobody who tries this out. */
const DEFAULT_SERVICE_TIMEOUT = Duration.minutes(20);

const INSTANCES = 2;
/** By day, and during a batch. */
const INSTANCE_TYPE = 'r5.large';
const BATCH_INSTANCE_CLASS = 'db.r5.xlarge';

/**
 * A DocumentDB cluster and the ECS service that works on it, both larger during the batch of the night. The cluster
 * comes first at the start, and last at the end. The service's template names no count, so that a deployment during
 * the night doesn't touch it.
 */
export class NightlyBatchExample extends Stack {
  constructor(scope: Construct, id: string, props: NightlyBatchExampleProps = {}) {
    const {
      clusterIdentifier,
      timezone = TimeZone.ASIA_TOKYO,
      start = 'cron(30 0 * * ? *)',
      end = 'cron(0 5 * * ? *)',
      extraBatch,
      serviceTimeout = DEFAULT_SERVICE_TIMEOUT,
      qualifier,
      ...stackProps
    } = props;
    super(scope, id, {
      description: 'Example: a DocumentDB cluster and an ECS service that are larger at night',
      ...stackProps,
    });

    const vpc = exampleNetwork(this);
    const orders =
      clusterIdentifier === undefined
        ? exampleCluster(this, vpc)
        : DatabaseCluster.fromDatabaseClusterAttributes(this, 'Orders', { clusterIdentifier });
    const batch = exampleService(this, vpc);
    const database = ScalingTarget.documentDbCluster(orders);
    const tasks = ScalingTarget.ecsService(batch);
    const night: ScalingScenario = {
      name: 'nightly-batch',
      start,
      end,
      steps: [
        { target: database, instanceClass: BATCH_INSTANCE_CLASS, instanceCount: 3 },
        { target: tasks, desiredCount: 4 },
      ],
    };
    const extra: ScalingScenario | undefined = extraBatch && {
      name: 'extra-batch',
      start: `at(${extraBatch.start})`,
      end: `at(${extraBatch.end})`,
      // Where both are open, the targets have what the night asks for.
      priority: -1,
      steps: [
        { target: database, instanceClass: BATCH_INSTANCE_CLASS },
        { target: tasks, desiredCount: 2 },
      ],
    };
    const scaling = new ScheduledScaling(this, 'Scaling', {
      timezone,
      bounds: { instanceCount: 4, desiredCount: 10 },
      scenarios: extra === undefined ? [night] : [night, extra],
      serviceTimeout,
      qualifier,
    });

    new CfnOutput(this, 'PlanId', { value: scaling.planId });
    new CfnOutput(this, 'ScheduleGroup', { value: scaling.scheduleGroup });
    new CfnOutput(this, 'DatabaseCluster', { value: orders.clusterIdentifier });
    new CfnOutput(this, 'ServiceCluster', { value: batch.cluster.clusterName });
    new CfnOutput(this, 'ServiceName', { value: batch.serviceName });
  }
}

/** Without NAT: the tasks have public addresses, and the database none. */
function exampleNetwork(scope: Construct): IVpc {
  const vpc = new Vpc(scope, 'Vpc', {
    maxAzs: 2,
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: 'tasks', subnetType: SubnetType.PUBLIC },
      { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED },
    ],
  });
  acknowledge(vpc, ['VPC7'], 'The example is about capacities; nothing of worth goes over its network.');
  return vpc;
}

function exampleCluster(scope: Construct, vpc: IVpc): IDatabaseCluster {
  const cluster = new DatabaseCluster(scope, 'Orders', {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    masterUser: { username: 'owner' },
    instances: INSTANCES,
    instanceType: new InstanceType(INSTANCE_TYPE),
    backup: { retention: Duration.days(7) },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledge(
    cluster,
    [
      'SMG4',
      'DOC2',
      'DOC3',
      ...['authenticate', 'createIndex', 'dropCollection'].map((log) => `DOC5[LogExport::${log}]`),
    ],
    'The example is about capacities: its database holds nothing, under a password that CDK puts into a secret.',
  );
  return cluster;
}

/** It stands for an application that works through what the day has left. */
function exampleService(scope: Construct, vpc: IVpc): FargateService {
  const taskDefinition = new FargateTaskDefinition(scope, 'Task');
  const logGroup = new LogGroup(scope, 'BatchLog', {
    retention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  taskDefinition.addContainer('batch', {
    image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:stable'),
    command: ['sleep', 'infinity'],
    logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'batch' }),
  });
  return new FargateService(scope, 'Batch', {
    cluster: new Cluster(scope, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED }),
    taskDefinition,
    assignPublicIp: true,
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
}

function acknowledge(construct: Construct, rules: readonly string[], reason: string): void {
  Validations.of(construct).acknowledge(
    ...rules.map((rule) => ({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })),
  );
}
