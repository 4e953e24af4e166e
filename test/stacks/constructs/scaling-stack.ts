import { Stack } from 'aws-cdk-lib';
import { DatabaseCluster } from 'aws-cdk-lib/aws-docdb';
import { InstanceType, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import {
  type ScalingScenario,
  type ScalingStep,
  ScheduledScaling,
  type ScheduledScalingProps,
} from '../../../stacks/constructs/scheduled-scaling.ts';
import { ScalingTarget } from '../../../stacks/constructs/scheduled-scaling-target.ts';
import { getResource, quickApp } from '../synthesis.ts';

export const TOKEN =
  'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime-scheduled-scaling';
export const HERE = { account: '111111111111', region: 'eu-west-1' };
export const SCALING_TAG = [{ Key: 'deploytime:scaling', Value: 'true' }];
export const ORDERS = ScalingTarget.fromName('docdb/orders');
export const BATCH = ScalingTarget.fromName('ecs/prod/batch');

export type Props = Partial<Omit<ScheduledScalingProps, 'scenarios'>> & {
  readonly scenarios?: Partial<ScalingScenario>[];
};

export function scenario(given: Partial<ScalingScenario> = {}): ScalingScenario {
  return {
    name: 'nightly-batch',
    start: 'cron(30 0 * * ? *)',
    ...(given.duration === undefined && { end: 'cron(0 5 * * ? *)' }),
    steps: [{ target: BATCH, desiredCount: 12 }],
    ...given,
  };
}

export function newStack(env?: typeof HERE): Stack {
  return new Stack(quickApp(), 'stack', { ...(env && { env }) });
}

export function scale(stack: Stack, { scenarios = [{}], ...props }: Props = {}): ScheduledScaling {
  return new ScheduledScaling(stack, 'Scaling', { ...props, scenarios: scenarios.map(scenario) });
}

export function propertiesOf(props: Props = {}, stack = newStack()): Record<string, unknown> {
  scale(stack, props);
  return getResource(stack, 'Scaling').Properties;
}

export function stepsOf(stack: Stack, ...steps: ScalingStep[]): readonly Record<string, unknown>[] {
  const { Scenarios } = propertiesOf({ scenarios: [{ steps }] }, stack);
  return (Scenarios as { Steps: Record<string, unknown>[] }[]).flatMap(({ Steps }) => Steps);
}

export function clusterIn(stack: Stack): DatabaseCluster {
  return new DatabaseCluster(stack, 'Orders', {
    vpc: vpcIn(stack, 'OrdersVpc'),
    masterUser: { username: 'owner' },
    instances: 2,
    instanceType: new InstanceType('r6g.large'),
  });
}

export function serviceIn(stack: Stack, desiredCount?: number): FargateService {
  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  taskDefinition.addContainer('app', { image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx') });
  const cluster = new Cluster(stack, 'Cluster', { vpc: vpcIn(stack, 'Vpc') });
  return new FargateService(stack, 'Batch', {
    cluster,
    taskDefinition,
    ...(desiredCount !== undefined && { desiredCount }),
  });
}

/** Imported, since all that a stack has of a network of its own is nobody's business here. */
export function vpcIn(stack: Stack, id: string): IVpc {
  return Vpc.fromVpcAttributes(stack, id, {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
}
