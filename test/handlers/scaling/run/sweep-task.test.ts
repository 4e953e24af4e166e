import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import type { StoredPlan } from '../../../../handlers/scaling/store/plan-store.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import { BATCH, BATCH_RECORD, night, nightly, storedPlan } from '../../../support/scaling/plans.ts';
import { TaskWorld } from '../../../support/scaling/task-world.ts';

const CONVERGED = { version: 0, record: BATCH_RECORD, convergedAt: night('01:10') };

function world(...plans: readonly StoredPlan[]) {
  const made = new TaskWorld(...(plans.length === 0 ? [storedPlan()] : plans));
  const sweep = (at: number, sweepUntil?: number) => made.perform({ task: 'sweep' }, at, { sweepUntil });
  return { ...made, sweep };
}

describe('the sweep', () => {
  test('starts what was missed, which tells of itself', async () => {
    const { sweep, started, events } = world();
    const answer = await sweep(night('01:15'));
    assert.deepEqual(
      [answer.kind, answer.outcome, answer.reason],
      ['end', 'Converged', '1 runs were started'],
    );
    assert.deepEqual(started, [
      { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:15'), isRepair: true },
    ]);
    assert.deepEqual(events, []);
  });

  test('tells of drift, with the run that repairs it', async () => {
    const { sweep, store, started, events } = world();
    await store.saveTargetState(BATCH, CONVERGED);
    await sweep(night('02:00'));
    assert.equal(started.length, 1);
    const [{ reason, ...told } = assert.fail()] = events;
    assert.deepEqual(told, {
      outcome: 'Drifted',
      target: 'ecs/prod/batch',
      run: started[0],
      execution: 'request-1',
      at: night('02:00'),
    });
    assert.match(reason, /^ecs\/prod\/batch has drifted: /);
    assert.equal(events.length, 1);
  });

  test('tells of drift that is not to be repaired, and starts nothing', async () => {
    const { sweep, store, started, events } = world(storedPlan([nightly()], { enforce: false }));
    await store.saveTargetState(BATCH, CONVERGED);
    await sweep(night('02:00'));
    assert.deepEqual(started, []);
    assert.deepEqual(
      events.map(({ outcome, run }) => [outcome, run]),
      [['Drifted', { plan: 'plan-1', edge: 'start', scheduledTime: night('02:00'), isRepair: true }]],
    );
  });

  test('tells of what it could not look at, and of what it could not start', async () => {
    const { sweep, store, targets, ports, events } = world(
      storedPlan(),
      storedPlan([nightly()], { id: 'plan-2' }),
    );
    await store.saveTargetState(BATCH, CONVERGED);
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'ECS refused to read it'));
    await sweep(night('02:00'));
    assert.deepEqual(
      events.map(({ outcome, target, reason }) => [outcome, target, reason]),
      [['Failed', 'ecs/prod/batch', 'ECS refused to read it']],
    );
    targets.unreadable.clear();
    ports.runs.start = async () => {
      throw new ProviderError('AccessDenied', 'Step Functions refused');
    };
    await sweep(night('02:15'));
    assert.equal(events.at(-1)?.outcome, 'Failed');
    assert.match(events.at(-1)?.reason ?? '', /the run could not be started: Step Functions refused$/);
  });

  for (const code of ['Throttling', 'NetworkFailure'] as const) {
    test(`calls nobody for what will pass (${code}), and says so in its answer`, async () => {
      const { sweep, store, targets, events } = world();
      await store.saveTargetState(BATCH, CONVERGED);
      targets.unreadable.set('ecs/prod/batch', new ProviderError(code, 'not now'));
      const { outcome, reason } = await sweep(night('02:00'));
      assert.deepEqual(
        [outcome, reason],
        ['Converged', '0 runs were started, and for now 1 targets could not be read'],
      );
      assert.deepEqual(events, []);
    });
  }

  test('is late where no time is left for some plans, and says for how many', async () => {
    const { sweep } = world(storedPlan(), storedPlan([nightly()], { id: 'plan-2' }));
    const { outcome, reason } = await sweep(night('12:00'), night('12:00'));
    assert.deepEqual([outcome, reason], ['Late', '0 runs were started, and no time was left for 2 plans']);
  });
});

describe('a plan whose resource is gone', () => {
  const removed = (given: Partial<StoredPlan> = {}): StoredPlan => ({
    ...storedPlan([nightly()], { status: 'removed' }),
    ...given,
  });
  const deployment = { request: 'r', requestedAt: 0, storedAt: night('11:00') };

  test('is forgotten once nothing is recorded of it', async () => {
    const { sweep, store, targets } = world(removed({ deployment }));
    await store.saveTargetState(BATCH, CONVERGED);
    await sweep(night('12:00'));
    assert.notEqual(await store.findPlan('plan-1'), undefined);
    const { record: _, ...restored } = await store.getTargetState(BATCH);
    await store.saveTargetState(BATCH, restored);
    targets.services.set('ecs/prod/batch', batchService());
    await sweep(night('13:30'));
    assert.equal(await store.findPlan('plan-1'), undefined);
  });

  for (const [what, given, at] of [
    ['was stored a moment ago', { deployment }, '11:04'],
    ['still has its schedules', { deployment: { ...deployment, group: 'g' } }, '13:00'],
    ['is there', { status: 'active' }, '13:00'],
  ] as const) {
    test(`stays where it ${what}`, async () => {
      const { sweep, store } = world(removed(given));
      await sweep(night(at));
      assert.notEqual(await store.findPlan('plan-1'), undefined);
    });
  }

  test('stays where its resource is created again at that moment', async () => {
    const { sweep, store } = world(removed({ deployment }));
    const listRecorded = store.listRecorded.bind(store);
    store.listRecorded = async (plan) => {
      const pending = { ...deployment, storedAt: night('12:00'), group: 'g', isPending: true } as const;
      await store.putPlan(removed({ deployment: pending }));
      return listRecorded(plan);
    };
    await sweep(night('12:00'));
    assert.equal((await store.findPlan('plan-1'))?.deployment?.isPending, true);
  });

  test('that can’t be forgotten keeps no other from it, and is named', async () => {
    const other = storedPlan([nightly()], { id: 'plan-2', status: 'removed' });
    const { sweep, store } = world(removed(), other);
    const deletePlan = store.deletePlan.bind(store);
    store.deletePlan = async (plan, ...rest) => {
      if (plan === 'plan-1') throw new ProviderError('AccessDenied', 'DynamoDB refused to delete plan-1');
      await deletePlan(plan, ...rest);
    };
    const { reason } = await sweep(night('12:00'));
    assert.equal(reason, '0 runs were started, and not forgotten were: DynamoDB refused to delete plan-1');
    assert.equal(await store.findPlan('plan-2'), undefined);
  });

  test('stays where the time is over, and the sweep still answers', async () => {
    const { perform, store } = new TaskWorld(removed());
    const controller = new AbortController();
    store.deletePlan = async () => {
      controller.abort();
      throw controller.signal.reason;
    };
    const { signal } = controller;
    const { reason } = await perform({ task: 'sweep' }, night('12:00'), { signal });
    assert.equal(reason, '0 runs were started');
  });
});
