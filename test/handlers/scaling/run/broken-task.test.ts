import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import { isLive, taken } from '../../../../handlers/scaling/decision/lease.ts';
import { NO_PROGRESS, type RunProgress } from '../../../../handlers/scaling/run/take-step.ts';
import { formatInstant } from '../../../../handlers/scaling/time/instant.ts';
import { BATCH, batchStep, night, nightly, storedPlan } from '../../../support/scaling/plans.ts';
import { TaskWorld, WEB } from '../../../support/scaling/task-world.ts';

const TWO = nightly({
  steps: [batchStep({ desiredCount: 12 }), { target: WEB, capacity: { desiredCount: 6 } }],
});
const START = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: formatInstant(night('01:00')),
} as const;
const AT = night('01:05');

function world() {
  const made = new TaskWorld(storedPlan([TWO]));
  const broken = (progress: RunProgress, error: unknown, { input = START, execution = 'execution-1' } = {}) =>
    made.perform(
      {
        task: 'broken',
        execution,
        startedAt: formatInstant(night('01:00')),
        input,
        progress,
        error,
      },
      AT,
    );
  return { ...made, broken, live: async () => isLive((await made.store.getTargetState(BATCH)).lease, AT) };
}

const ERROR = {
  Error: 'ProviderError',
  Cause: '{"errorType":"ProviderError","errorMessage":"DynamoDB was not reached","trace":["at x"]}',
};

describe('a run that broke off', () => {
  test('gives its target back, and its failure is told with the reason', async () => {
    const { step, broken, live, events } = world();
    const { progress } = await step(START, night('01:00'));
    assert.equal(await live(), true);
    const { kind, outcome, reason } = await broken(progress, ERROR);
    assert.deepEqual([kind, outcome], ['end', 'Failed']);
    assert.equal(
      reason,
      'the start of nightly at 2026-11-20T01:00:00Z broke off: ProviderError: DynamoDB was not reached',
    );
    assert.equal(await live(), false);
    const { at, execution, run, ...told } = events.at(-1) ?? assert.fail();
    assert.deepEqual(told, { outcome: 'Failed', reason });
    assert.deepEqual([at, execution, run], [AT, 'execution-1', { ...START, scheduledTime: night('01:00') }]);
  });

  test('in its first step, of which nobody has heard, gives back what that took', async () => {
    const { step, broken, live } = world();
    await step(START, night('01:00'));
    await broken(NO_PROGRESS, ERROR);
    assert.equal(await live(), false);
  });

  test('before it was found to be a duplicate gives nothing back of the run that is at work', async () => {
    const { step, broken, live, events } = world();
    await step(START, night('01:00'));
    await broken(NO_PROGRESS, ERROR, { execution: 'execution-2' });
    assert.equal(await live(), true);
    assert.equal(events.at(-1)?.execution, 'execution-2');
  });

  test('leaves alone what a later run has taken', async () => {
    const { broken, store, live } = world();
    const later = { ...START, scheduledTime: night('01:04'), isRepair: true } as const;
    await store.saveTargetState(BATCH, { version: 0, lease: taken(undefined, later, night('01:04')) });
    await broken({ targets: [BATCH, WEB], ended: [] }, ERROR);
    assert.equal(await live(), true);
  });

  test('gives back what was still to come, and nothing of what it was done with', async () => {
    const { broken, store, live } = world();
    const run = { ...START, scheduledTime: night('01:00') } as const;
    for (const target of [BATCH, WEB]) {
      await store.saveTargetState(target, { version: 0, lease: taken(undefined, run, night('01:04')) });
    }
    const ended = [{ target: 'ecs/prod/batch', outcome: 'Converged', reason: 'it is there' }] as const;
    await broken({ targets: [BATCH, WEB], ended }, ERROR);
    assert.equal(await live(), true);
    assert.equal((await store.getTargetState(WEB)).lease?.released, true);
  });

  test('tells it also where nothing can be given back', async () => {
    const { step, broken, store, events } = world();
    const { progress } = await step(START, night('01:00'));
    store.getTargetState = async () => {
      throw new ProviderError('NetworkFailure', 'DynamoDB was not reached');
    };
    assert.equal((await broken(progress, ERROR)).outcome, 'Failed');
    assert.equal(events.at(-1)?.outcome, 'Failed');
  });

  test('whose input nobody can read has failed, and nobody is told', async () => {
    const made = new TaskWorld(storedPlan([TWO]));
    const { outcome, reason } = await made.perform(
      {
        task: 'broken',
        execution: 'execution-1',
        startedAt: formatInstant(AT),
        input: 'x',
        progress: NO_PROGRESS,
        error: ERROR,
      },
      AT,
    );
    assert.equal(outcome, 'Failed');
    assert.equal(reason, 'The execution broke off: ProviderError: DynamoDB was not reached');
    assert.deepEqual(made.events, []);
  });
});

describe('the error that a run broke off with', () => {
  const cases: readonly (readonly [error: unknown, said: RegExp])[] = [
    [{ Error: 'States.Timeout', Cause: '' }, /broke off: States\.Timeout$/],
    [{ Error: 'Lambda.TooManyRequestsException', Cause: 'Rate exceeded' }, /Exception: Rate exceeded$/],
    [{ Error: 'Runtime.ExitError', Cause: '{"errorMessage":"exit 1"}' }, /Runtime\.ExitError: exit 1$/],
    [{ Error: 'X', Cause: '{"other":1}' }, /X: \{"other":1\}$/],
    [{ Error: 'X', Cause: '{"errorMessage":7}' }, /X: \{"errorMessage":7\}$/],
    [{ Error: 'X', Cause: 'null' }, /X: null$/],
    [{ Error: 'X'.repeat(900) }, /broke off: X{500}$/],
    [{}, /broke off: for a reason that was not told$/],
    [null, /broke off: for a reason that was not told$/],
    ['what', /broke off: for a reason that was not told$/],
  ];
  for (const [error, said] of cases) {
    test(`is in the reason: ${JSON.stringify(error).slice(0, 70)}`, async () => {
      const { broken } = world();
      assert.match((await broken(NO_PROGRESS, error)).reason, said);
    });
  }
});
