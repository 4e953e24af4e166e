import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Duration, TimeZone } from 'aws-cdk-lib';
import { CfnDBCluster, CfnDBInstance, DatabaseCluster } from 'aws-cdk-lib/aws-docdb';
import { CfnService, Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  documentDbCapacitySchema,
  ecsCapacitySchema,
  stepSchema,
} from '../../../handlers/scaling/plan/capacity-properties.ts';
import {
  boundsSchema,
  SCHEDULED_SCALING_ATTRIBUTES,
  SCHEDULED_SCALING_TYPE,
  scheduledScalingSchema,
} from '../../../handlers/scaling/plan/plan-properties.ts';
import { readPlan } from '../../../handlers/scaling/plan/plan-reader.ts';
import { scenarioSchema } from '../../../handlers/scaling/plan/scenario-properties.ts';
import { ScalingTarget } from '../../../stacks/constructs/scheduled-scaling-target.ts';
import { getResource } from '../synthesis.ts';
import {
  BATCH,
  clusterIn,
  newStack,
  ORDERS,
  propertiesOf,
  SCALING_TAG,
  scale,
  serviceIn,
  stepsOf,
  TOKEN,
  vpcIn,
} from './scaling-stack.ts';

describe('the construct ScheduledScaling', () => {
  it('asks the fixed service token, and leaves every default to the service', () => {
    const stack = newStack();
    scale(stack);
    const { Type, Properties } = getResource(stack, 'Scaling');
    assert.equal(Type, SCHEDULED_SCALING_TYPE);
    assert.deepEqual(Properties, {
      ServiceToken: TOKEN,
      Scenarios: [
        {
          Name: 'nightly-batch',
          Start: 'cron(30 0 * * ? *)',
          End: 'cron(0 5 * * ? *)',
          Steps: [{ Target: 'ecs/prod/batch', DesiredCount: 12 }],
        },
      ],
    });
  });

  it('passes on every property under the name of the contract', () => {
    const { ServiceToken, ServiceTimeout, DeploymentId, ...properties } = propertiesOf({
      timezone: TimeZone.ASIA_TOKYO,
      enforce: false,
      onDelete: 'leave',
      bounds: { instanceCount: 4, desiredCount: 40 },
      serviceTimeout: Duration.minutes(5),
      qualifier: 'blue',
      deploymentId: '7',
      scenarios: [
        {
          duration: Duration.minutes(270),
          priority: 2,
          except: ['2026-12-31'],
          steps: [
            {
              target: ORDERS,
              instanceClass: 'db.r6g.2xlarge',
              fallbackClasses: ['db.r6g.xlarge'],
              instanceCount: 3,
              allowOutage: true,
              after: { instanceClass: 'db.r6g.large' },
            },
            { target: BATCH, minCapacity: 4, maxCapacity: 40 },
          ],
        },
        {
          name: 'weekend',
          start: 'cron(0 12 ? * SAT *)',
          end: 'cron(0 13 ? * SAT *)',
          steps: [
            { target: ScalingTarget.fromName('docdb/reports'), state: 'stopped' },
            { target: ScalingTarget.fromName('docdb/serverless'), minCapacity: 1.5 },
          ],
        },
      ],
    });
    assert.equal(ServiceToken, TOKEN.replace('deploytime-', 'deploytime-blue-'));
    assert.deepEqual([ServiceTimeout, DeploymentId], ['300', '7']);
    assert.deepEqual(properties, {
      Timezone: 'Asia/Tokyo',
      Enforce: false,
      OnDelete: 'leave',
      Bounds: { InstanceCount: 4, DesiredCount: 40 },
      Scenarios: [
        {
          Name: 'nightly-batch',
          Start: 'cron(30 0 * * ? *)',
          Duration: 'PT4H30M',
          Priority: 2,
          Except: ['2026-12-31'],
          Steps: [
            {
              Target: 'docdb/orders',
              InstanceClass: 'db.r6g.2xlarge',
              FallbackClasses: ['db.r6g.xlarge'],
              InstanceCount: 3,
              AllowOutage: true,
              After: { InstanceClass: 'db.r6g.large' },
            },
            { Target: 'ecs/prod/batch', MinCapacity: 4, MaxCapacity: 40 },
          ],
        },
        {
          Name: 'weekend',
          Start: 'cron(0 12 ? * SAT *)',
          End: 'cron(0 13 ? * SAT *)',
          Steps: [
            { Target: 'docdb/reports', State: 'stopped' },
            { Target: 'docdb/serverless', MinCapacity: 1.5 },
          ],
        },
      ],
    });
    const names = namesIn(properties);
    const schemas = [
      ...[scheduledScalingSchema, boundsSchema, scenarioSchema],
      ...[stepSchema(), documentDbCapacitySchema, ecsCapacitySchema],
    ];
    assert.deepEqual(names, new Set(schemas.flatMap((schema) => Object.keys(schema))));
  });

  it('asks for what the service reads', () => {
    const { ServiceToken, ...properties } = propertiesOf({
      timezone: TimeZone.AMERICA_NEW_YORK,
      scenarios: [{ duration: Duration.days(1), start: 'cron(0 0 1 * ? *)' }],
    });
    const plan = readPlan({ id: 'plan', properties, now: Date.parse('2030-01-01T00:00:00Z') });
    assert.equal(plan.timezone, 'America/New_York');
    assert.deepEqual(plan.scenarios[0]?.end, { kind: 'duration', durationMs: 86_400_000 });
    assert.deepEqual(plan.scenarios[0]?.steps, [
      { target: { kind: 'ecs', cluster: 'prod', service: 'batch' }, capacity: { desiredCount: 12 } },
    ]);
  });

  it('gives the attributes of the resource', () => {
    const stack = newStack();
    const { planId, scheduleGroup } = scale(stack);
    assert.deepEqual(
      [planId, scheduleGroup].map((attribute) => stack.resolve(attribute)['Fn::GetAtt'][1]),
      SCHEDULED_SCALING_ATTRIBUTES,
    );
  });
});

/** Of all maps within each other. */
function namesIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set();
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return new Set([...own, ...Object.values(value).flatMap((inner) => [...namesIn(inner)])]);
}

describe('a target of ScheduledScaling', () => {
  it('is named by its short name where the stack makes it, which then comes before the resource', () => {
    const stack = newStack();
    const steps = stepsOf(
      stack,
      { target: ScalingTarget.documentDbCluster(clusterIn(stack)), instanceCount: 3 },
      { target: ScalingTarget.ecsService(serviceIn(stack)), desiredCount: 12 },
    );
    assert.deepEqual(
      steps.map(({ Target }) => Target),
      ['docdb/<Orders>', 'ecs/<Cluster>/<BatchService.Name>'],
    );
    const before = getResource(stack, 'Scaling').DependsOn?.join() ?? '';
    assert.match(before, /OrdersInstance1.*OrdersInstance2/);
    assert.match(before, /BatchService/);
  });

  it('may be a construct of the first level; the instances are found in the stack', () => {
    const stack = newStack();
    const cluster = new CfnDBCluster(stack, 'Raw', {});
    const instance = (id: string, dbClusterIdentifier: string) =>
      new CfnDBInstance(stack, id, { dbClusterIdentifier, dbInstanceClass: 'db.r6g.large' });
    instance('First', cluster.ref);
    instance('Other', 'other');
    const service = new CfnService(stack, 'Service', {});
    const steps = stepsOf(
      stack,
      { target: ScalingTarget.documentDbCluster(cluster), instanceCount: 3 },
      { target: ScalingTarget.ecsService(service), desiredCount: 12 },
    );
    assert.deepEqual(
      steps.map(({ Target }) => Target),
      ['docdb/<Raw>', '<Service>'],
    );
    const tagged = ['Raw', 'First', 'Other', 'Service'].map((id) => getResource(stack, id).Properties.Tags);
    assert.deepEqual(tagged, [SCALING_TAG, SCALING_TAG, undefined, SCALING_TAG]);
    assert.deepEqual(getResource(stack, 'Scaling').DependsOn, ['First', 'Raw', 'Service']);
  });

  it('has its instances found also where they are made after the resource', () => {
    const stack = newStack();
    const cluster = new CfnDBCluster(stack, 'Raw', {});
    const target = ScalingTarget.documentDbCluster(cluster);
    scale(stack, { scenarios: [{ steps: [{ target, instanceCount: 3 }] }] });
    new CfnDBInstance(stack, 'Late', { dbClusterIdentifier: cluster.ref, dbInstanceClass: 'db.r6g.large' });
    assert.deepEqual(getResource(stack, 'Late').Properties.Tags, SCALING_TAG);
    assert.deepEqual(getResource(stack, 'Scaling').DependsOn, ['Late', 'Raw']);
  });

  it('may be imported, and is named as its import has it', () => {
    const stack = newStack();
    const steps = stepsOf(
      stack,
      {
        target: ScalingTarget.documentDbCluster(
          DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Orders', { clusterIdentifier: 'orders' }),
        ),
        instanceCount: 3,
      },
      {
        target: ScalingTarget.ecsService(
          FargateService.fromFargateServiceAttributes(stack, 'Batch', {
            serviceName: 'batch',
            cluster: Cluster.fromClusterAttributes(stack, 'Prod', {
              clusterName: 'prod',
              vpc: vpcIn(stack, 'Vpc'),
            }),
          }),
        ),
        desiredCount: 12,
      },
      {
        target: ScalingTarget.ecsService(
          FargateService.fromFargateServiceArn(
            stack,
            'Worker',
            'arn:aws:ecs:eu-west-1:111111111111:service/prod/worker',
          ),
        ),
        desiredCount: 3,
      },
    );
    assert.deepEqual(
      steps.map(({ Target }) => Target),
      ['docdb/orders', 'ecs/prod/batch', 'arn:aws:ecs:eu-west-1:111111111111:service/prod/worker'],
    );
  });
});
