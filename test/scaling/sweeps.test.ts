import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RunReference } from '../../handlers/scaling/run/run.ts';
import { LARGE, SMALL } from '../support/scaling/observations.ts';
import { BIGGER, END, MORE_TASKS, ordersNight, START } from '../support/scaling/orders-night.ts';
import { batchStep, expression, night, nightly, ordersStep, storedPlan } from '../support/scaling/plans.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';

/*
 * What a sweep starts, and what it leaves to others: runs that are on their way, persons, windows that were given up. On
 * the simulator, over the SDK's clients.
 */

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

const DENIED = { kind: 'error', code: 'AccessDenied', status: 403 } as const;

describe('a sweep at the instant of an edge', () => {
  test('leaves the end to its own run, which brings everything back in its order', async () => {
    const { scene, recorded } = ordersNight(simulator);
    await scene.run(START);
    scene.passTo(night('05:00'));
    assert.deepEqual((await scene.sweep()).reports, []);
    assert.equal((await scene.run(END)).outcome, 'Converged');
    assert.equal(await recorded(), 0);
  });

  test('whose end never comes brings everything back the next time', async () => {
    const { scene, recorded } = ordersNight(simulator, { scenarios: [MORE_TASKS] });
    await scene.run(START);
    scene.passTo(night('05:15'));
    assert.equal((await scene.sweep()).ends[0]?.outcome, 'Converged');
    assert.equal(await recorded(), 0);
  });
});

describe('with Enforce: false', () => {
  test('what a person changed stays when the start is repeated for another target', async () => {
    const both = nightly({ steps: [batchStep({ desiredCount: 12 }), ordersStep({ instanceClass: LARGE })] });
    const { scene, batch, orders, faults } = ordersNight(simulator, {
      scenarios: [both],
      more: { enforce: false },
    });
    faults.plan({ action: 'ModifyDBInstance', fault: DENIED });
    assert.equal((await scene.run(START)).outcome, 'Failed');
    scene.world.operator.setDesiredCount('prod', 'batch', 7);
    scene.passTo(night('01:30'));
    const { ends } = await scene.sweep();
    assert.equal(ends[0]?.outcome, 'Converged');
    assert.match(ends[0]?.reason ?? '', /ecs\/prod\/batch had what nightly asks for .*only reported/);
    assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
    assert.equal(batch()?.desiredCount, 7);
  });

  test('a window that another one has interrupted is taken up again, although the end of that was lost', async () => {
    const above = nightly({
      name: 'above',
      priority: 1,
      start: expression('cron(0 2 * * ? *)'),
      end: { kind: 'duration', durationMs: 3_600_000 },
      steps: [batchStep({ desiredCount: 20 })],
    });
    const { scene, batch } = ordersNight(simulator, {
      scenarios: [MORE_TASKS, above],
      more: { enforce: false },
    });
    await scene.run(START);
    await scene.run({ ...START, scenario: 'above', scheduledTime: night('02:00') });
    assert.equal(batch()?.desiredCount, 20);
    scene.passTo(night('03:15'));
    const { reports, ends } = await scene.sweep();
    assert.match(reports[0]?.finding.reason ?? '', /^ecs\/prod\/batch does not have what nightly asks for/);
    assert.equal(ends[0]?.outcome, 'Converged');
    assert.equal(batch()?.desiredCount, 12);
  });

  test('a plan that asks for something else in its window gets it', async () => {
    const { scene, batch } = ordersNight(simulator, {
      scenarios: [MORE_TASKS],
      more: { enforce: false },
    });
    await scene.run(START);
    const more = nightly({ steps: [batchStep({ desiredCount: 15 })] });
    scene.store.putPlan(storedPlan([more], { enforce: false }));
    scene.passTo(night('02:00'));
    assert.equal((await scene.sweep()).ends[0]?.outcome, 'Converged');
    assert.equal(batch()?.desiredCount, 15);
  });
});

test('a service that is made anew in its window gets what the window asks for', async () => {
  const { scene, batch } = ordersNight(simulator, { scenarios: [MORE_TASKS] });
  await scene.run(START);
  scene.world.operator.deleteService('prod', 'batch');
  scene.passTo(night('01:30'));
  assert.equal((await scene.sweep()).ends[0]?.outcome, 'Failed', 'it is not there');
  scene.passTo(night('02:45'));
  scene.world.given.service({
    cluster: 'prod',
    name: 'batch',
    desiredCount: 4,
    tags: { 'deploytime:scaling': 'true' },
  });
  assert.equal((await scene.sweep()).ends[0]?.outcome, 'Converged');
  assert.equal(batch()?.desiredCount, 12);
  assert.equal((await scene.run(END)).outcome, 'Converged');
  assert.equal(batch()?.desiredCount, 4);
});

test('a window that was given up half-way, with no capacity for the way back either, is put back in the end', async () => {
  const { scene, orders, faults } = ordersNight(simulator);
  const full = { kind: 'error', code: 'InsufficientDBInstanceCapacity' } as const;
  faults.plan({ action: 'ModifyDBInstance', skip: 1, fault: full, times: 2 });
  assert.equal((await scene.run(START)).outcome, 'Failed');
  assert.notDeepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  scene.passTo(night('02:00'));
  assert.equal((await scene.sweep()).ends[0]?.outcome, 'Failed', 'the window stays given up');
  assert.deepEqual(orders()?.instances, { 'orders-1': SMALL, 'orders-2': SMALL });
  scene.passTo(night('04:00'));
  assert.deepEqual((await scene.sweep()).runs, []);
});

test('a restoring run leaves an open window to the start at its instant, and restores what has left the plan', async () => {
  const both = nightly({ steps: [ordersStep({ instanceClass: LARGE }), batchStep({ desiredCount: 12 })] });
  const { scene, orders, batch } = ordersNight(simulator, { scenarios: [both] });
  await scene.run(START);
  scene.store.putPlan(storedPlan([BIGGER]));
  const restoring: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:00') };
  const end = await scene.run(restoring);
  assert.equal(end.outcome, 'Converged');
  assert.match(end.reason, /docdb\/orders is not to be brought back: the window of nightly is open for it/);
  assert.equal(batch()?.desiredCount, 3);
  assert.deepEqual(orders()?.instances, { 'orders-1': LARGE, 'orders-2': LARGE });
  const start = await scene.run({ ...START, scheduledTime: night('02:00') });
  assert.equal(start.outcome, 'Converged', 'it is the later one');
});
