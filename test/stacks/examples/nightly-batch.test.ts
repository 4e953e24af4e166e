import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  NightlyBatchExample,
  type NightlyBatchExampleProps,
} from '../../../stacks/examples/nightly-batch.ts';
import { flatResources, flatTemplate, getResource, quickApp, warningsOf } from '../synthesis.ts';

const TOKEN = 'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:deploytime';
const SCALING_TAG = [{ Key: 'deploytime:scaling', Value: 'true' }];
const SERVICE_STEP = { Target: 'ecs/<Cluster>/<BatchService.Name>', DesiredCount: 4 };

function example(props: NightlyBatchExampleProps = {}): NightlyBatchExample {
  return new NightlyBatchExample(quickApp(), 'example', props);
}

function stepsWith(target: string): object[] {
  return [{ Target: target, InstanceClass: 'db.r5.xlarge', InstanceCount: 3 }, SERVICE_STEP];
}

function typesIn(stack: NightlyBatchExample): string[] {
  return [...flatResources(stack).values()].map(({ Type }) => Type);
}

describe('the example of a nightly batch', () => {
  it('has the cluster larger and then the service, from half past midnight to five in Tokyo', () => {
    assert.deepEqual(getResource(example(), 'Scaling').Properties, {
      ServiceToken: `${TOKEN}-scheduled-scaling`,
      ServiceTimeout: '1200',
      Timezone: 'Asia/Tokyo',
      Bounds: { InstanceCount: 4, DesiredCount: 10 },
      Scenarios: [
        {
          Name: 'nightly-batch',
          Start: 'cron(30 0 * * ? *)',
          End: 'cron(0 5 * * ? *)',
          Steps: stepsWith('docdb/<Orders>'),
        },
      ],
    });
  });

  it('makes a cluster of two instances and a service, which the service may scale', () => {
    const stack = example();
    const types = typesIn(stack);
    assert.equal(types.filter((type) => type === 'AWS::DocDB::DBInstance').length, 2);
    for (const id of ['Orders', 'OrdersInstance1', 'OrdersInstance2', 'BatchService']) {
      assert.deepEqual(getResource(stack, id).Properties.Tags, SCALING_TAG, id);
    }
    assert.deepEqual(warningsOf(stack, '*'), []);
  });

  it('names no count of tasks, which a deployment at night would put back', () => {
    assert.equal(getResource(example(), 'BatchService').Properties.DesiredCount, undefined);
  });

  it('keeps nothing when it goes, and has no function but those of the service', () => {
    const stack = example();
    assert.equal(getResource(stack, 'Orders').DeletionPolicy, 'Delete');
    assert.equal(getResource(stack, 'OrdersInstance1').DeletionPolicy, 'Delete');
    assert.equal(getResource(stack, 'BatchLog').DeletionPolicy, 'Delete');
    assert.ok(!typesIn(stack).includes('AWS::Lambda::Function'));
  });

  it('takes a cluster that is there; its owner is to tag it', () => {
    const stack = example({ clusterIdentifier: 'orders' });
    const [scenario] = getResource(stack, 'Scaling').Properties.Scenarios as { Steps: object[] }[];
    assert.deepEqual(scenario?.Steps, stepsWith('docdb/orders'));
    assert.deepEqual(
      typesIn(stack).filter((type) => type.startsWith('AWS::DocDB::')),
      [],
    );
    const [warning, ...others] = warningsOf(stack, '*');
    assert.match(warning ?? '', /must give it and its instances the tag deploytime:scaling=true/);
    assert.deepEqual(others, []);
  });

  it('shows what a person needs to look at it and to start it by hand', () => {
    const outputs = flatTemplate(example()).Outputs as Record<string, { Value: string }>;
    assert.deepEqual(Object.fromEntries(Object.entries(outputs).map(([name, { Value }]) => [name, Value])), {
      PlanId: '<Scaling.PlanId>',
      ScheduleGroup: '<Scaling.ScheduleGroup>',
      DatabaseCluster: '<Orders>',
      ServiceCluster: '<Cluster>',
      ServiceName: '<BatchService.Name>',
    });
  });

  it('can be told other times, one more batch, a timeout and a copy of the service', () => {
    const { ServiceToken, ServiceTimeout, Timezone, Scenarios } = getResource(
      example({
        timezone: TimeZone.ETC_UTC,
        start: 'cron(0 12 * * ? *)',
        end: 'cron(0 13 * * ? *)',
        extraBatch: { start: '2026-12-24T13:00:00', end: '2026-12-24T14:00:00' },
        serviceTimeout: Duration.seconds(30),
        qualifier: 'blue',
      }),
      'Scaling',
    ).Properties;
    assert.deepEqual(
      [ServiceToken, ServiceTimeout, Timezone],
      [`${TOKEN}-blue-scheduled-scaling`, '30', 'Etc/UTC'],
    );
    assert.deepEqual(Scenarios, [
      {
        Name: 'nightly-batch',
        Start: 'cron(0 12 * * ? *)',
        End: 'cron(0 13 * * ? *)',
        Steps: stepsWith('docdb/<Orders>'),
      },
      {
        Name: 'extra-batch',
        Start: 'at(2026-12-24T13:00:00)',
        End: 'at(2026-12-24T14:00:00)',
        Priority: -1,
        Steps: [
          { Target: 'docdb/<Orders>', InstanceClass: 'db.r5.xlarge' },
          { ...SERVICE_STEP, DesiredCount: 2 },
        ],
      },
    ]);
  });
});
