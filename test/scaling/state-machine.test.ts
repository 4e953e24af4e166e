import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProviderError } from '../../handlers/errors.ts';
import type { ScalingTask, TaskAnswer } from '../../handlers/scaling/run/scaling-task.ts';
import type { RunProgress } from '../../handlers/scaling/run/take-step.ts';
import { scalingRunDefinition } from '../../stacks/scaling-run-definition.ts';
import type { LoopedExecution } from '../support/scaling/driver/execution-loop.ts';
import {
  type InterpretedEnd,
  interpretedExecution,
} from '../support/scaling/driver/interpreted-execution.ts';
import { plainExecution } from '../support/scaling/driver/plain-execution.ts';
import { BATCH, night, nightly, storedPlan } from '../support/scaling/plans.ts';
import { TaskWorld } from '../support/scaling/task-world.ts';

/* The definition that is deployed, in an interpreter of the language, with a function that answers from a table. */

const INPUT = { plan: 'plan-1', scenario: 'nightly', edge: 'start' } as const;
const BEGUN: RunProgress = { ended: [] };
const ONE: RunProgress = { targets: [BATCH], ended: [] };
const DONE: TaskAnswer = { kind: 'end', outcome: 'Converged', reason: 'it is there', progress: ONE };

type Answer = TaskAnswer | Error;

interface Played {
  readonly end: InterpretedEnd;
  readonly tasks: readonly ScalingTask[];
  readonly pauses: readonly number[];
}

/** Each invocation gets the next answer; the last one again and again. */
function execution(answers: readonly Answer[], input: unknown) {
  const tasks: ScalingTask[] = [];
  const pauses: number[] = [];
  const given: LoopedExecution = {
    execution: 'arn:aws:states:us-east-1:123456789012:execution:deploytime-scaling-run:one',
    startedAt: night('01:00'),
    input,
    invoke: async (task) => {
      tasks.push(task);
      const answer = answers[Math.min(tasks.length, answers.length) - 1] ?? assert.fail();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
  };
  return { given, tasks, pauses };
}

async function play(answers: readonly Answer[], input: unknown = INPUT): Promise<Played> {
  const { given, tasks, pauses } = execution(answers, input);
  const end = await interpretedExecution(given);
  const plain = execution(answers, input);
  const { states: _, ...same } = end;
  assert.deepEqual(await plainExecution(plain.given), same, 'the plain loop comes to the same');
  assert.deepEqual([plain.tasks, plain.pauses], [tasks, pauses], 'on the same way');
  return { end, tasks, pauses };
}

const throttled = (): ProviderError => new ProviderError('Throttling', 'DynamoDB asked to slow down');

describe('the state machine', () => {
  test('asks the function with what it knows of the execution', async () => {
    const { tasks } = await play([DONE]);
    assert.deepEqual(tasks, [
      {
        task: 'step',
        execution: 'arn:aws:states:us-east-1:123456789012:execution:deploytime-scaling-run:one',
        startedAt: '2026-11-20T01:00:00.000Z',
        input: INPUT,
        progress: BEGUN,
      },
    ]);
  });

  test('waits as long as it is told, and asks again with the progress that it was given', async () => {
    const { end, tasks, pauses } = await play([
      { kind: 'wait', seconds: 30, reason: 'not yet', progress: ONE },
      { kind: 'wait', seconds: 0, reason: 'not yet', progress: ONE },
      DONE,
    ]);
    assert.deepEqual(pauses, [30_000, 0]);
    assert.deepEqual(
      tasks.map((task) => task.task === 'step' && task.progress),
      [BEGUN, ONE, ONE],
    );
    assert.deepEqual(end.states, [
      'Begin',
      ...['Step', 'Answer', 'Wait', 'Step', 'Answer', 'Wait'],
      ...['Step', 'Answer', 'Done'],
    ]);
    assert.deepEqual(end.output, DONE);
  });

  for (const outcome of ['Converged', 'Superseded', 'Late', 'Duplicate', 'DryRun'] as const) {
    test(`succeeds where the run is ${outcome}, with the whole answer`, async () => {
      const answer = { ...DONE, outcome, wouldDo: [{ target: 'ecs/prod/batch' }] };
      const { status, output } = (await play([answer])).end;
      assert.deepEqual([status, output], ['SUCCEEDED', answer]);
    });
  }

  test('fails where the run does, with its reason as the cause', async () => {
    const { end, tasks } = await play([{ ...DONE, outcome: 'Failed', reason: 'docdb/orders: no capacity' }]);
    assert.deepEqual([end.status, end.error, end.cause], ['FAILED', 'Failed', 'docdb/orders: no capacity']);
    assert.deepEqual(end.states, ['Begin', 'Step', 'Answer', 'Failed']);
    assert.equal(tasks.length, 1);
  });

  test('repeats a step that failed, later and later', async () => {
    const { end, tasks, pauses } = await play([throttled(), throttled(), DONE]);
    assert.equal(end.status, 'SUCCEEDED');
    assert.deepEqual(tasks[2], tasks[0]);
    assert.deepEqual(pauses, [2_000, 4_000]);
  });

  test('repeats it eight times, and then reports it once', async () => {
    const broken: TaskAnswer = { ...DONE, outcome: 'Failed', reason: 'it broke off' };
    const { end, tasks, pauses } = await play([
      { kind: 'wait', seconds: 10, reason: 'not yet', progress: ONE },
      ...Array.from({ length: 9 }, throttled),
      broken,
    ]);
    assert.deepEqual([end.status, end.error, end.cause], ['FAILED', 'Failed', 'it broke off']);
    assert.deepEqual(end.states.slice(-3), ['Step', 'Broken', 'Failed']);
    assert.equal(tasks.length, 11);
    assert.deepEqual(tasks.at(-1), {
      task: 'broken',
      execution: 'arn:aws:states:us-east-1:123456789012:execution:deploytime-scaling-run:one',
      startedAt: '2026-11-20T01:00:00.000Z',
      input: INPUT,
      progress: ONE,
      error: { Error: 'ProviderError', Cause: 'DynamoDB asked to slow down' },
    });
    const seconds = pauses.map((milliseconds) => milliseconds / 1000);
    assert.deepEqual(seconds, [10, 2, 4, 8, 16, 32, 64, 120, 120]);
  });

  test('begins to count anew with each step', async () => {
    const wait: TaskAnswer = { kind: 'wait', seconds: 10, reason: 'not yet', progress: ONE };
    const fails = Array.from({ length: 8 }, throttled);
    const { end } = await play([...fails, wait, ...fails, wait, ...fails, DONE]);
    assert.equal(end.status, 'SUCCEEDED');
  });

  test('is lost where the function can’t even report it', async () => {
    const { end, tasks } = await play([throttled()]);
    assert.deepEqual([end.status, end.error], ['FAILED', 'Failed']);
    assert.match(end.cause ?? '', /deploytime-scaling-step could not be asked; its log says why/);
    assert.deepEqual(end.states, ['Begin', 'Step', 'Broken', 'Lost']);
    assert.equal(tasks.length, 18);
  });

  test('reads the seconds from the answer, and no number of its own', () => {
    const { States } = scalingRunDefinition({ stepFunctionArn: 'arn' }) as {
      readonly States: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual(States.Wait, { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Step' });
  });
});

describe('what a person typed wrong', () => {
  const cases: readonly (readonly [what: string, input: unknown, cause: RegExp])[] = [
    [
      'no object',
      'start nightly',
      /^The execution's input can't be used: the input of the execution is no JSON/,
    ],
    ['nothing', null, /is no JSON object/],
    ['a list', [INPUT], /is no JSON object/],
    ['a number', 7, /is no JSON object/],
    ['an unknown field', { ...INPUT, untill: '2026-11-21T00:00:00Z' }, /the input has "untill"; allowed are/],
    [
      'an unknown plan',
      { ...INPUT, plan: 'plan-9' },
      /there is no plan "plan-9"; it is the attribute PlanId/,
    ],
    ['an unknown scenario', { ...INPUT, scenario: 'weekly' }, /has no scenario "weekly"; it has nightly$/],
  ];
  for (const [what, input, cause] of cases) {
    test(`(${what}) fails the execution at once, with the sentence`, async () => {
      const world = new TaskWorld(storedPlan([nightly()]));
      let invocations = 0;
      const end = await interpretedExecution({
        execution: 'arn:execution',
        startedAt: night('12:00'),
        input,
        invoke: (task) => {
          invocations += 1;
          return world.perform(task, night('12:00'));
        },
        pause: async () => assert.fail('There is nothing to wait for'),
      });
      assert.deepEqual([end.status, end.error, invocations], ['FAILED', 'Failed', 1]);
      assert.match(end.cause ?? '', cause);
      assert.deepEqual(end.states, ['Begin', 'Step', 'Answer', 'Failed']);
    });
  }
});
