import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import {
  NO_PROGRESS,
  type RunProgress,
  type StepAnswer,
  takeStep,
} from '../../../../handlers/scaling/run/take-step.ts';
import { InMemoryPlanStore } from '../../../support/scaling/in-memory-plan-store.ts';
import { InMemoryServices } from '../../../support/scaling/in-memory-services.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import { BATCH, batchStep, night, nightly, storedPlan } from '../../../support/scaling/plans.ts';

const WEB = { kind: 'ecs', cluster: 'prod', service: 'web' } as const;
const TWO: Scenario = nightly({
  steps: [batchStep({ desiredCount: 12 }), { target: WEB, capacity: { desiredCount: 6 } }],
});
const START: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};
const END: RunReference = { ...START, edge: 'end', scheduledTime: night('05:00') };

/** A world with two services, and a plan for both. */
function world(stored = storedPlan([TWO])) {
  const store = new InMemoryPlanStore();
  store.putPlan(stored);
  const targets = new InMemoryServices([batchService(), batchService({ target: WEB, desiredCount: 2 })]);
  let now = night('01:00');
  const started: RunReference[] = [];
  const runs = { start: async (run: RunReference) => void started.push(run) };
  const step = (run: RunReference, progress: RunProgress, execution = 'execution-1') =>
    takeStep(
      { run, execution, progress, signal: AbortSignal.timeout(5000) },
      { store, targets, runs, clock: () => now },
    );
  /** Steps until the run ends, with the clock in between. */
  const play = async (run: RunReference, at: number, execution = `${run.edge}-1`): Promise<StepAnswer[]> => {
    now = at;
    const answers: StepAnswer[] = [];
    let progress = NO_PROGRESS;
    for (let steps = 0; steps < 50; steps += 1) {
      // As the state machine keeps it.
      const answer = await step(run, JSON.parse(JSON.stringify(progress)) as RunProgress, execution);
      answers.push(answer);
      if (answer.kind === 'end') return answers;
      now += answer.seconds * 1000;
      progress = answer.progress;
    }
    assert.fail('The run does not end');
  };
  const counts = () => [...targets.services.values()].map(({ desiredCount }) => desiredCount);
  return {
    store,
    targets,
    started,
    step,
    play,
    counts,
    setNow: (to: number) => {
      now = to;
    },
  };
}

const last = (answers: readonly StepAnswer[]) => answers.at(-1) as Extract<StepAnswer, { kind: 'end' }>;
const outcomes = (answers: readonly StepAnswer[]) =>
  answers.flatMap(({ events }) => events.map(({ outcome, target = 'run' }) => `${outcome} ${target}`));

describe('a run', () => {
  test('brings the targets of its scenario there in order, and back in reverse', async () => {
    const { play, targets, counts } = world();
    const start = await play(START, night('01:00'));
    assert.equal(last(start).outcome, 'Converged');
    assert.deepEqual(counts(), [12, 6]);
    assert.deepEqual(outcomes(start), [
      'Started run',
      'Changed ecs/prod/batch',
      'Converged ecs/prod/batch',
      'Changed ecs/prod/web',
      'Converged ecs/prod/web',
    ]);
    const end = await play(END, night('05:00'));
    assert.equal(last(end).outcome, 'Converged');
    assert.deepEqual(counts(), [3, 2]);
    assert.deepEqual(
      targets.changes.map(({ target }) => target),
      ['ecs/prod/batch', 'ecs/prod/web', 'ecs/prod/web', 'ecs/prod/batch'],
    );
  });

  test('makes at most one change in a step', async () => {
    const { play } = world();
    for (const { events } of await play(START, night('01:00'))) {
      assert.ok(events.filter(({ outcome }) => outcome === 'Changed').length <= 1);
    }
  });

  test('delivered a second time is a duplicate, and changes nothing', async () => {
    const { play, targets } = world();
    await play(START, night('01:00'));
    const again = await play(START, night('01:02'), 'another');
    assert.equal(last(again).outcome, 'Duplicate');
    assert.match(last(again).reason, /Another execution has claimed the start of nightly/);
    assert.equal(targets.changes.length, 2);
  });

  test('that is taken again by its own execution after a kill goes on', async () => {
    const { step, targets } = world();
    await step(START, NO_PROGRESS);
    const again = await step(START, NO_PROGRESS);
    assert.equal(again.kind, 'wait');
    assert.equal(targets.changes.length, 2, 'the first target has converged, the second is called for');
  });

  test('stops at the first step that fails at a start, and says why', async () => {
    const { play, targets, counts } = world();
    targets.services.delete('ecs/prod/batch');
    const start = await play(START, night('01:00'));
    assert.equal(last(start).outcome, 'Failed');
    assert.equal(last(start).reason, 'ecs/prod/batch: ecs/prod/batch is not there');
    assert.deepEqual(counts(), [2]);
  });

  test('brings back what it can at an end, and has failed for the rest', async () => {
    const { play, targets, counts } = world();
    await play(START, night('01:00'));
    targets.services.delete('ecs/prod/web');
    const end = await play(END, night('05:00'));
    assert.equal(last(end).outcome, 'Failed');
    assert.match(last(end).reason, /^ecs\/prod\/web: .* has not been there for 10 min/);
    assert.deepEqual(counts(), [3]);
  });

  test('with a target in the hands of a later run goes on with the others', async () => {
    const { play, store, counts } = world();
    const later = { ...START, scheduledTime: night('01:30'), isRepair: true } as const;
    await store.saveTargetState(BATCH, { version: 0, lease: taken(undefined, later, night('01:00')) });
    const start = await play(START, night('01:00'));
    assert.equal(last(start).outcome, 'Superseded');
    assert.deepEqual(counts(), [3, 6]);
  });

  test('restores what a removed plan has recorded', async () => {
    const { play, store, counts } = world();
    await play(START, night('01:00'));
    store.putPlan(storedPlan([TWO], { status: 'removed' }));
    const run: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:00') };
    assert.equal(last(await play(run, night('02:00'))).outcome, 'Converged');
    assert.deepEqual(counts(), [3, 2]);
    assert.deepEqual(await store.listRecorded('plan-1'), []);
  });

  test('of a scenario that has left the plan is superseded at its start, and restores at its end', async () => {
    const { play, store, counts } = world();
    await play(START, night('01:00'));
    store.putPlan(storedPlan([{ ...TWO, name: 'other', except: ['2026-11-20'] }]));
    const start = last(await play({ ...START, scheduledTime: night('02:00') }, night('02:00'), 'again'));
    assert.equal(start.outcome, 'Superseded');
    assert.equal(start.reason, 'The plan has no scenario nightly any more');
    assert.equal(last(await play(END, night('05:00'))).outcome, 'Converged');
    assert.deepEqual(counts(), [3, 2]);
  });

  test('without anything to do says so', async () => {
    const { play } = world();
    const run: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: night('02:00') };
    assert.equal(last(await play(run, night('02:00'))).reason, 'No target is left to be worked on');
  });
});

describe('a step', () => {
  test('that collides with another writer reads again and decides anew', async () => {
    const { step, store, targets } = world();
    let collisions = 0;
    targets.beforeRead = async () => {
      collisions += 1;
      if (collisions > 2) return;
      const state = await store.getTargetState(BATCH);
      await store.saveTargetState(BATCH, { ...state, repairedAt: collisions });
    };
    const answer = await step(START, NO_PROGRESS);
    assert.equal(answer.kind, 'wait');
    assert.equal(targets.changes.length, 1);
    assert.equal((await store.getTargetState(BATCH)).repairedAt, 2, 'what the other wrote is still there');
  });

  test('that collides every time changes nothing, and waits', async () => {
    const { step, store, targets } = world();
    targets.beforeRead = async () => {
      const state = await store.getTargetState(BATCH);
      await store.saveTargetState(BATCH, { ...state, repairedAt: state.version });
    };
    const answer = await step(START, NO_PROGRESS);
    assert.equal(answer.kind, 'wait');
    assert.match(answer.reason, /Others write what is remembered of ecs\/prod\/batch all the time/);
    assert.equal(targets.changes.length, 0);
  });

  test('whose read fails for the moment is to be taken again', async () => {
    const { step, targets } = world();
    targets.unreadable.set('ecs/prod/batch', new ProviderError('Throttling', 'slower'));
    await assert.rejects(step(START, NO_PROGRESS), { code: 'Throttling' });
  });

  test('whose read is denied has failed, with the reason', async () => {
    const { play, targets, store } = world();
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'ECS refused to read it'));
    assert.match(last(await play(START, night('01:00'))).reason, /ECS refused to read it/);
    assert.equal(last(await play(START, night('01:00'))).outcome, 'Failed');
    assert.equal((await store.getTargetState(BATCH)).record, undefined);
  });

  test('whose read is denied, and whose window is over, is late', async () => {
    const { play, targets } = world();
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'ECS refused to read it'));
    assert.equal(last(await play(START, night('05:30'))).outcome, 'Late');
  });

  test('whose call was refused is followed by what the refusal says', async () => {
    const { play, targets, counts } = world();
    targets.refusals.push({ kind: 'state', message: 'not now' }, { kind: 'unknown', message: 'reset' });
    assert.equal(last(await play(START, night('01:00'))).outcome, 'Converged');
    assert.deepEqual(counts(), [12, 6]);
  });
});

describe('a run before its time', () => {
  test('waits for it, and claims and takes nothing until then', async () => {
    const { step, setNow, store } = world();
    setNow(night('00:30'));
    const answer = await step(START, NO_PROGRESS);
    assert.equal(answer.kind === 'wait' && answer.seconds, 1800);
    assert.equal(answer.reason, 'the start of nightly at 2026-11-20T01:00:00Z is not due yet');
    assert.equal((await store.getTargetState(BATCH)).version, 0);
    assert.equal(await store.claimRun(START, 'another'), true);
  });

  test('by some seconds is on time: clocks differ', async () => {
    const { step, setNow, targets } = world();
    setNow(night('01:00') - 5000);
    await step(START, NO_PROGRESS);
    assert.equal(targets.changes.length, 1);
  });
});

describe('an end that no schedule fires', () => {
  test('after a Duration is started with the window', async () => {
    const end = { kind: 'duration', durationMs: 2 * 3_600_000 } as const;
    const { step, started } = world(storedPlan([{ ...TWO, end }]));
    await step(START, NO_PROGRESS);
    assert.deepEqual(started, [
      { plan: 'plan-1', scenario: 'nightly', edge: 'end', scheduledTime: night('03:00') },
    ]);
  });

  test('is not started where the schedule has an End', async () => {
    const { step, started } = world();
    await step(START, NO_PROGRESS);
    assert.deepEqual(started, []);
  });

  test('is started by a duplicate neither', async () => {
    const end = { kind: 'duration', durationMs: 2 * 3_600_000 } as const;
    const { step, started } = world(storedPlan([{ ...TWO, end }]));
    await step(START, NO_PROGRESS);
    await step(START, NO_PROGRESS, 'another');
    assert.equal(started.length, 1);
  });
});
