import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../handlers/errors.ts';
import { LEASE_MS, taken } from '../../../handlers/scaling/lease.ts';
import { takeSweep } from '../../../handlers/scaling/take-sweep.ts';
import type { CapacityRecord } from '../../../handlers/scaling/target-state.ts';
import { InMemoryPlanStore } from '../../support/scaling/in-memory-plan-store.ts';
import { InMemoryServices } from '../../support/scaling/in-memory-services.ts';
import { batchService } from '../../support/scaling/observations.ts';
import { BATCH, batchStep, night, nightly, storedPlan } from '../../support/scaling/plans.ts';

const WEB = { kind: 'ecs', cluster: 'prod', service: 'web' } as const;
const TWO = nightly({
  steps: [batchStep({ desiredCount: 12 }), { target: WEB, capacity: { desiredCount: 6 } }],
});

const RECORD: CapacityRecord = {
  plan: 'plan-1',
  recordedAt: night('01:00'),
  original: { kind: 'ecs', desiredCount: 3 },
  holder: {
    scenario: 'nightly',
    windowStart: night('01:00'),
    asked: { desiredCount: 12 },
    allowOutage: false,
    refusedClasses: [],
  },
};

function world() {
  const store = new InMemoryPlanStore();
  store.putPlan(storedPlan([TWO]));
  const targets = new InMemoryServices([batchService(), batchService({ target: WEB })]);
  const sweep = (at: number) => takeSweep({ store, targets, clock: () => at }, AbortSignal.timeout(5000));
  return { store, targets, sweep };
}

describe('takeSweep', () => {
  test('reads and writes nothing where no window is open and nothing is recorded', async () => {
    const { sweep, targets, store } = world();
    targets.beforeRead = async () => assert.fail('A target was read');
    assert.deepEqual(await sweep(night('12:00')), { reports: [], runs: [] });
    assert.equal((await store.getTargetState(BATCH)).version, 0);
  });

  test('starts one run for all targets of a scenario that missed their start', async () => {
    const { sweep } = world();
    const { reports, runs } = await sweep(night('01:15'));
    assert.deepEqual(
      reports.map(({ target }) => target),
      ['ecs/prod/batch', 'ecs/prod/web'],
    );
    assert.deepEqual(runs, [
      { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:15'), isRepair: true },
    ]);
  });

  test('that comes again at once starts nothing: the cooldown begins with the finding', async () => {
    const { sweep } = world();
    await sweep(night('01:15'));
    assert.deepEqual((await sweep(night('01:30'))).runs, []);
    assert.equal((await sweep(night('02:15'))).runs.length, 1);
  });

  for (const edge of ['start', 'end'] as const) {
    test(`leaves to the ${edge} that is at work what comes later in its order`, async () => {
      const { sweep, store } = world();
      const [now, scheduledTime] =
        edge === 'start' ? [night('01:15'), night('01:00')] : [night('05:15'), night('05:00')];
      const run = { plan: 'plan-1', scenario: 'nightly', edge, scheduledTime } as const;
      await store.saveTargetState(BATCH, { version: 0, lease: taken(undefined, run, now), record: RECORD });
      if (edge === 'end') await store.saveTargetState(WEB, { version: 0, record: RECORD });
      assert.deepEqual(await sweep(now), { reports: [], runs: [] });
      assert.equal((await sweep(now + LEASE_MS)).runs.length, 1, 'nothing was heard of that run any more');
    });
  }

  test('does not take a run of the other edge for one that comes to a target', async () => {
    const { sweep, store } = world();
    const run = { plan: 'plan-1', scenario: 'nightly', edge: 'end', scheduledTime: night('00:50') } as const;
    await store.saveTargetState(BATCH, { version: 0, lease: taken(undefined, run, night('01:15')) });
    assert.deepEqual(
      (await sweep(night('01:15'))).reports.map(({ target }) => target),
      ['ecs/prod/web'],
    );
  });

  test('leaves it to somebody else who writes meanwhile', async () => {
    const { sweep, store } = world();
    const get = store.getTargetState.bind(store);
    store.getTargetState = async (target) => {
      const state = await get(target);
      await store.saveTargetState(target, state);
      return state;
    };
    assert.deepEqual(await sweep(night('01:15')), { reports: [], runs: [] });
  });

  test('looks at the others where one can’t be read, and reports it', async () => {
    const { sweep, store, targets } = world();
    for (const target of [BATCH, WEB]) {
      await store.saveTargetState(target, { version: 0, record: RECORD, convergedAt: night('01:10') });
    }
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'ECS refused to read it'));
    const { reports, runs } = await sweep(night('02:00'));
    assert.deepEqual(reports[0]?.finding, { kind: 'unreadable', reason: 'ECS refused to read it' });
    assert.equal(reports[1]?.finding.kind, 'start');
    assert.equal(runs.length, 1);
  });
});
