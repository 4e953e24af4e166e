import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stack, Tags } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { type ScalingStep, ScheduledScaling } from '../../../stacks/constructs/scheduled-scaling.ts';
import { ScalingTarget } from '../../../stacks/constructs/scheduled-scaling-target.ts';
import { getResource, quickApp, warningsOf } from '../synthesis.ts';
import { clusterIn, newStack, SCALING_TAG, scenario, serviceIn, stepsOf } from './scaling-stack.ts';

describe('the tag by which the service may scale', () => {
  const targetsOf = (stack: Stack): ScalingStep[] => [
    { target: ScalingTarget.documentDbCluster(clusterIn(stack)), instanceCount: 3 },
    { target: ScalingTarget.ecsService(serviceIn(stack)), desiredCount: 12 },
  ];
  const tagsOf = (stack: Stack, ...ids: string[]) => ids.map((id) => getResource(stack, id).Properties.Tags);

  it('is on the cluster, its instances and the service that the stack makes, and on nothing else', () => {
    const stack = newStack();
    stepsOf(stack, ...targetsOf(stack));
    assert.deepEqual(
      tagsOf(stack, 'Orders', 'OrdersInstance1', 'OrdersInstance2', 'BatchService'),
      Array(4).fill(SCALING_TAG),
    );
    assert.deepEqual(tagsOf(stack, 'Cluster', 'OrdersSubnets', 'Task'), Array(3).fill(undefined));
    assert.deepEqual(warningsOf(stack, '/stack/Scaling'), []);
  });

  it('is asked for of the owner of any other target', () => {
    const app = quickApp();
    const user = new Stack(app, 'user');
    const steps = targetsOf(new Stack(app, 'owner'));
    new ScheduledScaling(user, 'Scaling', { scenarios: [scenario({ steps })] });
    const without =
      "or the service's ScalableTargets must match its name; else its runs fail with AccessDenied";
    assert.deepEqual(warningsOf(user, '/user/Scaling'), [
      `The cluster owner/Orders is not of this stack: its owner must give it and its instances the tag deploytime:scaling=true, ${without} [ack: deploytime:clusterTag]`,
      `The service owner/Batch is not of this stack: its owner must give it the tag deploytime:scaling=true, ${without} [ack: deploytime:serviceTag]`,
    ]);
  });

  it('can be given by the owner, in whose stack nothing else gets it', () => {
    const app = quickApp();
    const owner = new Stack(app, 'owner');
    const steps = targetsOf(owner);
    ScheduledScaling.allow(owner);
    const user = new Stack(app, 'user');
    new ScheduledScaling(user, 'Scaling', { scenarios: [scenario({ steps })] });
    assert.deepEqual(warningsOf(user, '/user/Scaling'), []);
    assert.deepEqual(tagsOf(owner, 'Orders', 'OrdersInstance2', 'BatchService'), Array(3).fill(SCALING_TAG));
    assert.deepEqual(tagsOf(owner, 'Cluster', 'OrdersSubnets'), [undefined, undefined]);
  });

  it('stands beside tags of the stack', () => {
    const stack = newStack();
    Tags.of(stack).add('team', 'shop');
    stepsOf(stack, ...targetsOf(stack));
    assert.deepEqual(getResource(stack, 'BatchService').Properties.Tags, [
      ...SCALING_TAG,
      { Key: 'team', Value: 'shop' },
    ]);
  });
});

describe('a count that the template of the service names', () => {
  const step = (service: FargateService): ScalingStep => ({
    target: ScalingTarget.ecsService(service),
    desiredCount: 12,
  });

  it('is warned of', () => {
    const stack = newStack();
    stepsOf(stack, step(serviceIn(stack, 2)));
    assert.deepEqual(warningsOf(stack, '/stack/Scaling'), [
      'The service stack/Batch has a desiredCount in its template: a deployment that updates the service while a scenario is open puts that back; leave desiredCount out [ack: deploytime:fixedCount]',
    ]);
  });

  it('is not where the bounds of its scalable target are scaled', () => {
    const stack = newStack();
    const { target } = step(serviceIn(stack, 2));
    stepsOf(stack, { target, minCapacity: 4 });
    assert.deepEqual(warningsOf(stack, '/stack/Scaling'), []);
  });
});
