import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import { LEASE_MS, taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { type SweepOptions, takeSweep } from '../../../../handlers/scaling/run/take-sweep.ts';
import type { PlanStore } from '../../../../handlers/scaling/store/plan-store.ts';
import { InMemoryPlanStore } from '../../../support/scaling/in-memory-plan-store.ts';
import { InMemoryServices } from '../../../support/scaling/in-memory-services.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import {
  BATCH,
  BATCH_RECORD,
  batchStep,
  night,
  nightly,
  storedPlan,
} from '../../../support/scaling/plans.ts';

const WEB = { kind: 'ecs', cluster: 'prod', service: 'web' } as const;
const TWO = nightly({
  steps: [batchStep({ desiredCount: 12 }), { target: WEB, capacity: { desiredCount: 6 } }],
});

type Unreadable = Parameters<PlanStore['listPlans']>[1];
const NOTHING = { reports: [], runs: [], finished: [], unseen: 0 };

function world() {
  const store = new InMemoryPlanStore();
  store.putPlan(storedPlan([TWO]));
  const targets = new InMemoryServices([batchService(), batchService({ target: WEB })]);
  const started: RunReference[] = [];
  const starter = {
    start: async (run: RunReference) => {
      started.push(run);
    },
  };
  const sweep = (at: number, options: SweepOptions = {}) =>
    takeSweep({ store, targets, runs: starter, clock: () => at }, AbortSignal.timeout(5000), options);
  return { store, targets, started, starter, sweep };
}

describe('takeSweep', () => {
  test('reads and writes nothing where no window is open and nothing is recorded', async () => {
    const { sweep, targets, store } = world();
    targets.beforeRead = async () => assert.fail('A target was read');
    assert.deepEqual(await sweep(night('12:00')), NOTHING);
    assert.equal((await store.getTargetState(BATCH)).version, 0);
  });

  test('starts one run for all targets of a scenario that missed their start', async () => {
    const { sweep, started } = world();
    const { reports, runs } = await sweep(night('01:15'));
    assert.deepEqual(
      reports.map(({ target }) => target),
      ['ecs/prod/batch', 'ecs/prod/web'],
    );
    assert.deepEqual(runs, [
      { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:15'), isRepair: true },
    ]);
    assert.deepEqual(started, runs);
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
      await store.saveTargetState(BATCH, {
        version: 0,
        lease: taken(undefined, run, now),
        record: BATCH_RECORD,
      });
      if (edge === 'end') await store.saveTargetState(WEB, { version: 0, record: BATCH_RECORD });
      assert.deepEqual(await sweep(now), NOTHING);
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
    assert.deepEqual(await sweep(night('01:15')), NOTHING);
  });

  test('looks at the others where one can’t be read, and reports it', async () => {
    const { sweep, store, targets } = world();
    for (const target of [BATCH, WEB]) {
      await store.saveTargetState(target, { version: 0, record: BATCH_RECORD, convergedAt: night('01:10') });
    }
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'ECS refused to read it'));
    const { reports, runs } = await sweep(night('02:00'));
    assert.equal(reports[0]?.finding.kind, 'unreadable');
    assert.equal(reports[0]?.finding.reason, 'ECS refused to read it');
    assert.equal(reports[1]?.finding.kind, 'start');
    assert.equal(runs.length, 1);
  });

  test('leaves out a plan that can’t be read, and reports it', async () => {
    const { sweep, store } = world();
    const list = store.listPlans.bind(store);
    store.listPlans = async (_signal?: AbortSignal, unreadable?: Unreadable) => {
      unreadable?.('plan-2', new ProviderError('InternalFailure', 'pk=plans, sk=plan-2 is no JSON'));
      return list();
    };
    const { reports, runs } = await sweep(night('01:15'));
    assert.deepEqual(
      [reports[0]?.plan, reports[0]?.target, reports[0]?.finding.reason],
      ['plan-2', undefined, 'pk=plans, sk=plan-2 is no JSON'],
    );
    assert.equal(runs.length, 1);
  });

  test('looks at the other plans where one is no plan at all, and reports it', async () => {
    const { sweep, store } = world();
    const { plan, ...rest } = storedPlan([nightly()], { id: 'plan-0' });
    store.putPlan({ ...rest, plan: { ...plan, scenarios: [{} as never] } });
    for (const at of [night('01:15'), night('02:15')]) {
      const { reports, runs } = await sweep(at);
      const broken = reports.find((report) => report.plan === 'plan-0');
      assert.equal(broken?.finding.kind, 'unreadable');
      assert.match(broken?.finding.reason ?? '', /^The plan plan-0 could not be looked at: /);
      assert.equal(runs.length, 1);
    }
  });

  test('starts the other runs where one is refused, reports it, and tries that one again at once', async () => {
    const { sweep, starter, started, store } = world();
    store.putPlan(
      storedPlan([nightly({ name: 'other', steps: [batchStep({ desiredCount: 1 })] })], { id: 'plan-0' }),
    );
    const start = starter.start;
    starter.start = async (run) => {
      if (run.plan === 'plan-1') throw new ProviderError('AccessDenied', 'Step Functions refused');
      await start(run);
    };
    const { reports, runs } = await sweep(night('01:15'));
    assert.deepEqual(
      reports.flatMap(({ plan, target, finding }) =>
        finding.kind === 'not-started' ? [`${plan} ${target}`] : [],
      ),
      ['plan-1 ecs/prod/web'],
    );
    assert.match(
      reports.find(({ finding }) => finding.kind === 'not-started')?.finding.reason ?? '',
      /^ecs\/prod\/web does not have .*; but the run could not be started: Step Functions refused$/,
    );
    assert.deepEqual(
      runs.map(({ plan }) => plan),
      ['plan-0'],
    );
    starter.start = start;
    assert.deepEqual(
      (await sweep(night('01:30'))).runs.map(({ plan }) => plan),
      ['plan-1'],
    );
    assert.deepEqual(
      started.map(({ plan }) => plan),
      ['plan-0', 'plan-1'],
    );
  });

  test('stops when its time is over, and begins with the rest the next time', async () => {
    const { store, targets, starter } = world();
    for (const id of ['plan-2', 'plan-3']) store.putPlan(storedPlan([TWO], { id }));
    const listed: string[] = [];
    const listRecorded = store.listRecorded.bind(store);
    store.listRecorded = async (plan) => {
      listed.push(plan);
      return listRecorded(plan);
    };
    for (const at of [night('12:00'), night('12:15')]) {
      let now = at;
      const clock = () => {
        now += 1000;
        return now;
      };
      const ports = { store, targets, runs: starter, clock };
      const { unseen } = await takeSweep(ports, AbortSignal.timeout(5000), { until: at + 3000 });
      assert.equal(unseen, 2);
    }
    assert.deepEqual(listed.toSorted(), ['plan-1', 'plan-3']);
  });

  test('that is cut off has not seen the plan that it was at, and keeps what it found before', async () => {
    const { store, targets, starter } = world();
    for (const id of ['plan-2', 'plan-3']) store.putPlan(storedPlan([TWO], { id }));
    const controller = new AbortController();
    const listRecorded = store.listRecorded.bind(store);
    store.listRecorded = async (plan) => {
      if (plan !== 'plan-2') return listRecorded(plan);
      controller.abort();
      throw controller.signal.reason;
    };
    const ports = { store, targets, runs: starter, clock: () => night('01:30') };
    const { runs, reports, unseen } = await takeSweep(ports, controller.signal);
    assert.deepEqual([runs.map(({ plan }) => plan), reports.length, unseen], [['plan-1'], 2, 2]);
  });

  test('tells of removed plans that nothing is recorded of', async () => {
    const { sweep, store } = world();
    store.putPlan(storedPlan([TWO], { status: 'removed' }));
    await store.saveTargetState(BATCH, { version: 0, record: BATCH_RECORD });
    assert.deepEqual((await sweep(night('12:00'))).finished, []);
    const { version } = await store.getTargetState(BATCH);
    await store.saveTargetState(BATCH, { version });
    assert.deepEqual(
      (await sweep(night('13:00'))).finished.map(({ plan }) => plan.id),
      ['plan-1'],
    );
  });

  test('looks at several plans at once where it is told to, and at no more', async () => {
    const { store, targets, starter } = world();
    for (let count = 0; count < 10; count += 1) store.putPlan(storedPlan([TWO], { id: `more-${count}` }));
    let atOnce = 0;
    let most = 0;
    const listRecorded = store.listRecorded.bind(store);
    store.listRecorded = async (plan) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return listRecorded(plan);
    };
    const ports = { store, targets, runs: starter, clock: () => night('12:00') };
    await takeSweep(ports, AbortSignal.timeout(5000), { parallel: 4 });
    assert.equal(most, 4);
  });
});
