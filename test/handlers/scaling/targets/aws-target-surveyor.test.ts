import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AwsTargetSurveyor } from '../../../../handlers/scaling/targets/aws-target-surveyor.ts';
import { createScalingClients } from '../../../../handlers/scaling/targets/scaling-clients.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { BATCH, ORDERS } from '../../../support/scaling/plans.ts';
import { startScalingSimulator } from '../../../support/scaling/simulator.ts';

const NEVER = new AbortController().signal;
const TAGS = { 'deploytime:scaling': 'true' };
const EVERYTHING = { instances: true, classes: true };
const LITTLE = { instances: false, classes: false };

async function setUp(context: TestContext, scalableTargets: readonly string[] = []) {
  const simulator = await startScalingSimulator();
  const world = simulator.world();
  const configuration = world.configuration();
  const clients = createScalingClients({
    documentDb: configuration,
    ecs: configuration,
    autoScaling: configuration,
  });
  context.after(async () => {
    clients[Symbol.dispose]();
    await simulator.close();
    assert.deepEqual(world.journal.violations, []);
  });
  const surveyor = new AwsTargetSurveyor({ clients, scalableTargets, patience: QUICK_PATIENCE });
  return { world, surveyor };
}

const instance = (id: string, tags: Readonly<Record<string, string>> = {}) => ({
  id,
  instanceClass: 'db.r6g.large',
  tags,
});

describe('a survey of a cluster', () => {
  test('has what is observed, whose replicas they are, and what can be ordered', async (context) => {
    const { world, surveyor } = await setUp(context);
    world.given.cluster({
      id: 'orders',
      instances: [instance('orders-1', TAGS), instance('replica', { ...TAGS, 'deploytime:plan': 'plan-1' })],
      tags: TAGS,
    });
    const survey = await surveyor.survey(ORDERS, EVERYTHING, NEVER);
    assert.deepEqual(survey?.forbidden, []);
    assert.ok(survey.orderableClasses?.has('db.r6g.2xlarge'));
    const { observed } = survey;
    assert.ok('instances' in observed);
    assert.deepEqual(
      observed.instances.map(({ id, owner }) => [id, owner]),
      [
        ['orders-1', undefined],
        ['replica', 'plan-1'],
      ],
    );
  });

  test('names what lacks the tag, and of the instances only where they are to be changed', async (context) => {
    const { world, surveyor } = await setUp(context);
    world.given.cluster({ id: 'orders', instances: [instance('orders-1', TAGS), instance('orders-2')] });
    const survey = await surveyor.survey(ORDERS, EVERYTHING, NEVER);
    assert.deepEqual(survey?.forbidden, ['the cluster orders', 'the instance orders-2']);
    const less = await surveyor.survey(ORDERS, LITTLE, NEVER);
    assert.deepEqual(less?.forbidden, ['the cluster orders']);
    assert.equal(less.orderableClasses, undefined);
    assert.equal(world.journal.counts.get('DescribeOrderableDBInstanceOptions'), 1);
  });

  test('takes a pattern in place of the tag as the role does: instances by the beginning of their names', async (context) => {
    const { world, surveyor } = await setUp(context, ['docdb/or*s', 'ecs/prod/*']);
    const ids = ['orders', 'orders-1', 'ordering-s-1', 'other-1'];
    world.given.cluster({ id: 'orders', instances: ids.map((id) => instance(id)) });
    const survey = await surveyor.survey(ORDERS, EVERYTHING, NEVER);
    assert.deepEqual(survey?.forbidden, ['the instance other-1']);
  });

  test('is undefined where there is no such cluster', async (context) => {
    const { surveyor } = await setUp(context);
    assert.equal(await surveyor.survey(ORDERS, EVERYTHING, NEVER), undefined);
  });
});

describe('a survey of a service', () => {
  test('has what is observed, with its scalable target', async (context) => {
    const { world, surveyor } = await setUp(context);
    const bounds = { minCapacity: 1, maxCapacity: 3 };
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2, bounds, tags: TAGS });
    const survey = await surveyor.survey(BATCH, LITTLE, NEVER);
    assert.deepEqual(survey?.forbidden, []);
    assert.ok('desiredCount' in survey.observed);
    assert.deepEqual(survey.observed.scalableTarget, bounds);
  });

  test('says that the service lacks the tag, unless a pattern names it', async (context) => {
    const { world, surveyor } = await setUp(context, ['ecs/dev/*']);
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
    world.given.service({ cluster: 'dev', name: 'batch', desiredCount: 2 });
    const survey = await surveyor.survey(BATCH, LITTLE, NEVER);
    assert.deepEqual(survey?.forbidden, ['the service batch of the cluster prod']);
    const named = await surveyor.survey({ ...BATCH, cluster: 'dev' }, LITTLE, NEVER);
    assert.deepEqual(named?.forbidden, []);
  });

  test('is undefined where there is no such service', async (context) => {
    const { surveyor } = await setUp(context);
    assert.equal(await surveyor.survey(BATCH, LITTLE, NEVER), undefined);
  });
});
