import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import { MAX_REASON_CHARACTERS } from '../../../../handlers/scaling/run/scaling-event.ts';
import type { TaskAnswer } from '../../../../handlers/scaling/run/scaling-task.ts';
import { MAX_WORK_MS } from '../../../../handlers/scaling/run/step-task.ts';
import { formatInstant } from '../../../../handlers/scaling/time/instant.ts';
import { BATCH, batchStep, night, nightly, storedPlan } from '../../../support/scaling/plans.ts';
import { TaskWorld, WEB } from '../../../support/scaling/task-world.ts';

const TWO = nightly({
  steps: [batchStep({ desiredCount: 12 }), { target: WEB, capacity: { desiredCount: 6 } }],
});
const START = { plan: 'plan-1', scenario: 'nightly', edge: 'start' } as const;
const END = { ...START, edge: 'end' } as const;
const SCHEDULED = { ...START, scheduledTime: formatInstant(night('01:00')) };

const world = (stored = storedPlan([TWO])) => new TaskWorld(stored);

function refusal({ kind, outcome, reason }: TaskAnswer): string {
  assert.deepEqual([kind, outcome], ['end', 'Failed']);
  return reason;
}

describe('a step', () => {
  test('goes on with a run, and everything that happens is told with what it belongs to', async () => {
    const { play, counts, events } = world();
    const answer = await play(SCHEDULED, night('01:00'));
    assert.deepEqual([answer.kind, answer.outcome, answer.seconds], ['end', 'Converged', undefined]);
    assert.deepEqual(counts(), [12, 6]);
    assert.deepEqual(
      events.map(({ outcome, target }) => [outcome, target]),
      [
        ['Started', undefined],
        ['Changed', 'ecs/prod/batch'],
        ['Converged', 'ecs/prod/batch'],
        ['Changed', 'ecs/prod/web'],
        ['Converged', 'ecs/prod/web'],
      ],
    );
    for (const { run, execution } of events) {
      assert.deepEqual([run, execution], [{ ...START, scheduledTime: night('01:00') }, 'execution-1']);
    }
    assert.deepEqual(events[1]?.change, { kind: 'set-desired-count', desiredCount: 12 });
  });

  test('answers how long to wait, and does not hand the events on', async () => {
    const { step } = world();
    const answer = await step(SCHEDULED, night('01:00'));
    assert.deepEqual([answer.kind, typeof answer.seconds], ['wait', 'number']);
    assert.equal('events' in answer, false);
  });

  test('whose read fails is to be taken again, and tells nothing', async () => {
    const { step, targets, events } = world();
    targets.unreadable.set('ecs/prod/batch', new ProviderError('Throttling', 'slower'));
    await assert.rejects(step(SCHEDULED, night('01:00')), { code: 'Throttling' });
    assert.deepEqual(events, []);
  });

  test('of a schedule whose plan has no such scenario any more changes nothing', async () => {
    const { play, targets } = world(storedPlan([nightly({ name: 'other' })]));
    const { outcome, reason } = await play(SCHEDULED, night('01:00'));
    assert.equal(outcome, 'Superseded');
    assert.equal(reason, 'The plan has no scenario nightly any more');
    assert.deepEqual(targets.changes, []);
  });

  test('of a run that is at work for too long gives up, and gives its target back', async () => {
    const { step, store, events } = world();
    const begun = await step(SCHEDULED, night('01:00'));
    const late = await step(SCHEDULED, night('01:00') + MAX_WORK_MS + 1, {
      progress: begun.progress,
      startedAt: night('01:00'),
    });
    assert.equal(
      refusal(late),
      'the start of nightly at 2026-11-20T01:00:00Z has been at work for more than 12 h, which is the limit',
    );
    assert.equal((await store.getTargetState(BATCH)).lease?.released, true);
    assert.equal(events.at(-1)?.outcome, 'Failed');
  });

  test('has room for its reason in the cause of an execution', async () => {
    const { step, targets } = world();
    targets.unreadable.set('ecs/prod/batch', new ProviderError('AccessDenied', 'x'.repeat(40_000)));
    const reason = refusal(await step(SCHEDULED, night('01:00')));
    assert.equal(reason.length, MAX_REASON_CHARACTERS);
    assert.ok(reason.startsWith('ecs/prod/batch: xxx'));
  });

  test('of a run that was started long before its time is at work from then on', async () => {
    const { step } = world();
    const answer = await step(SCHEDULED, night('01:00'), { startedAt: night('01:00', -30) });
    assert.equal(answer.kind, 'wait');
  });
});

describe('a start by hand', () => {
  test('holds until the end that follows, whose run is started as well', async () => {
    const { play, store, started, counts } = world();
    assert.equal((await play(START, night('12:00'))).outcome, 'Converged');
    assert.deepEqual(counts(), [12, 6]);
    assert.deepEqual((await store.findPlan('plan-1'))?.overrides, [
      { scenario: 'nightly', hold: 'open', from: night('12:00'), until: night('05:00', 1) },
    ]);
    assert.deepEqual(started, [{ ...END, scheduledTime: night('05:00', 1) }]);
  });

  test('holds until the time that is given', async () => {
    const { play, store, started, counts } = world();
    await play({ ...START, until: '2026-11-20T13:00:00Z' }, night('12:00'));
    assert.equal((await store.findPlan('plan-1'))?.overrides[0]?.until, night('13:00'));
    assert.deepEqual(started, [{ ...END, scheduledTime: night('13:00') }]);
    const [end] = started;
    assert.equal(
      (await play({ ...END, scheduledTime: formatInstant(end?.scheduledTime ?? 0) }, night('13:00'))).outcome,
      'Converged',
    );
    assert.deepEqual(counts(), [3, 2]);
  });

  test('whose first step is taken again after a kill says its word once', async () => {
    const { step, store } = world();
    await step(START, night('12:00'), { startedAt: night('12:00') });
    await step(START, night('12:01'), { startedAt: night('12:00') });
    assert.equal((await store.findPlan('plan-1'))?.overrides.length, 1);
  });

  test('that was killed after its word was stored, and before anything else, goes on', async () => {
    const { step, store, targets } = world();
    store.claimRun = async () => {
      throw new ProviderError('NetworkFailure', 'killed');
    };
    await assert.rejects(step(START, night('12:00'), { startedAt: night('12:00') }));
    Reflect.deleteProperty(store, 'claimRun');
    await step(START, night('12:01'), { startedAt: night('12:00') });
    assert.equal((await store.findPlan('plan-1'))?.overrides.length, 1);
    assert.equal(targets.changes.length, 1);
  });

  test('says nothing more in its later steps', async () => {
    const { step, store } = world();
    const first = await step(START, night('12:00'), { startedAt: night('12:00') });
    const { plan, status } = storedPlan([TWO]);
    await store.putPlan({ plan, status, overrides: [] });
    await step(START, night('12:01'), { startedAt: night('12:00'), progress: first.progress });
    assert.deepEqual((await store.findPlan('plan-1'))?.overrides, []);
  });
});

describe('an end by hand', () => {
  test('closes the window that is open, for as long as it would have been', async () => {
    const { play, store, counts, started } = world();
    await play(SCHEDULED, night('01:00'));
    assert.equal((await play(END, night('02:00'), 'execution-2')).outcome, 'Converged');
    assert.deepEqual(counts(), [3, 2]);
    assert.deepEqual((await store.findPlan('plan-1'))?.overrides, [
      { scenario: 'nightly', hold: 'closed', from: night('02:00'), until: night('05:00') },
    ]);
    assert.deepEqual(started, [{ ...END, scheduledTime: night('05:00') }]);
  });

  test('whose first step is taken again after a kill says its word once', async () => {
    const { play, step, store } = world();
    await play(SCHEDULED, night('01:00'));
    await step(END, night('02:00'), { startedAt: night('02:00') });
    await step(END, night('02:01'), { startedAt: night('02:00') });
    assert.equal((await store.findPlan('plan-1'))?.overrides.length, 1);
  });

  test('where no window is open brings back what is left, and says nothing', async () => {
    const { play, store } = world();
    assert.equal((await play(END, night('12:00'))).outcome, 'Converged');
    assert.deepEqual((await store.findPlan('plan-1'))?.overrides, []);
  });
});

describe('what a person typed wrong', () => {
  const cases: readonly (readonly [what: string, input: unknown, because: RegExp])[] = [
    [
      'no object',
      'start',
      /^The execution's input can't be used: the input of the execution is no JSON object/,
    ],
    ['an unknown field', { ...START, untill: 'x' }, /the input has "untill"; allowed are plan, scenario/],
    [
      'a plan that is not there',
      { ...START, plan: 'plan-9' },
      /^the start of nightly at 2026-11-20T12:00:00Z can't be done by hand: there is no plan "plan-9"; it is the attribute PlanId/,
    ],
    [
      'a scenario that is not there',
      { ...START, scenario: 'weekly' },
      /can't be done by hand: the plan plan-1 has no scenario "weekly"; it has nightly$/,
    ],
    ['a time that is over', { ...START, until: '2026-11-20T11:00:00Z' }, /until is ".*"; an instant to come/],
    [
      'a dry run of a plan that is not there',
      { ...START, plan: 'plan-9', dryRun: true },
      /can't be tried: there is no plan "plan-9"/,
    ],
    [
      'a dry run of a scenario that is not there',
      { ...START, scenario: 'weekly', dryRun: true },
      /can't be done by hand: the plan plan-1 has no scenario "weekly"/,
    ],
  ];
  for (const [what, input, because] of cases) {
    test(`${what} is the answer, and nothing is stored or told`, async () => {
      const { step, store, events, targets } = world();
      assert.match(refusal(await step(input, night('12:00'))), because);
      assert.deepEqual(events, []);
      assert.deepEqual(targets.changes, []);
      assert.deepEqual(await store.findPlan('plan-1'), storedPlan([TWO]));
      assert.equal((await store.getTargetState(BATCH)).version, 0);
    });
  }

  test('one override too many is the answer', async () => {
    const overrides = Array.from({ length: 100 }, (_, index) => ({
      scenario: 'nightly',
      hold: 'closed' as const,
      from: night('12:00', index + 1),
      until: night('13:00', index + 1),
    }));
    const { step } = world(storedPlan([TWO], { overrides }));
    assert.match(
      refusal(await step({ ...START, until: '2026-11-20T13:00:00Z' }, night('12:00'))),
      /can't be done by hand: The plan has 100 overrides, which is as many as it can have at once/,
    );
  });

  test('a table that can’t be reached is no mistake of the person', async () => {
    const { step, store } = world();
    store.addOverride = async () => {
      throw new ProviderError('NetworkFailure', 'DynamoDB was not reached');
    };
    await assert.rejects(step(START, night('12:00')), { code: 'NetworkFailure' });
  });
});
