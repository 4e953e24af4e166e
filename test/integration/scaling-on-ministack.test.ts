import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Account } from '../../local/account.ts';
import { standInForScalableTargets } from '../../local/scalable-targets.ts';
import {
  type EndedExecution,
  type ExecutionInput,
  endOfExecution,
  listExecutions,
  startByHand,
} from '../../local/scaling-execution.ts';
import { readScalingTable, SCALING_TABLE } from '../../local/scaling-table.ts';
import { findSchedules } from '../../local/schedule-group.ts';
import { deleteStack } from '../../local/stack-deletion.ts';
import { waitFor } from '../../local/wait-for.ts';
import { type DeployedService, startDeployedService } from '../support/local/deployed-service.ts';
import { createScaledPair, type ScaledPair } from '../support/local/scaled-pair.ts';
import { witness } from '../support/witness.ts';

const NEVER = new AbortController().signal;
/** A run waits 10 s for each change to show; in MiniStack changes show at once. */
const WAIT_SCALE = 0.05;
const MINUTE_MS = 60_000;
const RUN_LIMIT_MS = 3 * MINUTE_MS;
const BEFORE = '2 × db.r5.large; 2 tasks';
const DURING = '3 × db.r5.xlarge; 5 tasks';
/** In half a day: none of these windows opens by itself. */
const LATER = (new Date().getUTCHours() + 12) % 24;
const NIGHTLY = { Name: 'nightly', Start: `cron(0 ${LATER} * * ? *)`, End: `cron(30 ${LATER} * * ? *)` };
/** The names of executions that the sweep starts; a person's have none. */
const REPAIR = /^end-restore-/;
/** More than a step takes here. */
const STEP_MS = 2_000;
const STATE_MACHINE_LOOP = ['Step', 'Answer', 'Wait'];

/** On a full minute, that far from now. MiniStack's schedules know no zone but UTC. */
function minuteAt(fromNowMs: number): Date {
  return new Date(Math.ceil((Date.now() + fromNowMs) / MINUTE_MS) * MINUTE_MS);
}

function at(date: Date): string {
  return `at(${date.toISOString().slice(0, 19)})`;
}

/** It enforces no permissions, knows no zones, and delivers neither retries nor dead letters: those are looked at elsewhere. */
describe('scheduled scaling in an account', witness('ministack'), () => {
  let service: DeployedService;
  let account: Account;
  before(async () => {
    service = await startDeployedService({ waitScale: WAIT_SCALE });
    account = service.account;
    assert.equal(await standInForScalableTargets(account, NEVER), true);
  });
  after(() => service?.[Symbol.asyncDispose]());

  /** Asks for a plan with one scenario, in a stack of this name. */
  function ask(name: string, scenario: object, steps: readonly object[]) {
    return service.deploy({
      stack: name,
      asked: {
        Type: 'Custom::ScheduledScaling',
        Properties: { Scenarios: [{ ...scenario, Steps: steps }] },
      },
      attributes: ['PlanId', 'ScheduleGroup'],
    });
  }

  function stepsFor({ cluster, service: ecsService }: ScaledPair, InstanceCount = 3) {
    return [
      { Target: cluster, InstanceClass: 'db.r5.xlarge', InstanceCount },
      { Target: ecsService, DesiredCount: 5 },
    ];
  }

  /** Deploys a plan over a cluster and a service of its own. */
  async function deploy(name: string, scenario: object) {
    const pair = await createScaledPair(account, name);
    const { answer, attributes } = await ask(name, scenario, stepsFor(pair));
    assert.equal(answer.status, 'SUCCESS', answer.reason);
    const { PlanId: plan = '', ScheduleGroup: group = '' } = attributes;
    assert.equal(answer.physicalId, plan);
    return { pair, plan, group, memory: () => rememberedOf(plan, pair) };
  }

  /** What the table has of a plan and its two targets. */
  async function rememberedOf(plan: string, pair: ScaledPair) {
    const { plans, states, claims, history } = await readScalingTable(account, NEVER);
    return {
      status: plans.get(plan),
      cluster: states.get(pair.cluster),
      service: states.get(pair.service),
      claims,
      history: history.filter(({ run }) => run.plan === plan),
    };
  }

  async function byHand(input: ExecutionInput): Promise<EndedExecution> {
    const execution = await endOfExecution(account, await startByHand(account, input, NEVER), NEVER);
    assert.equal(execution.status, 'SUCCEEDED', execution.reason);
    return execution;
  }

  /** The execution of a plan whose name is like this, once it is there. */
  function findExecution(plan: string, name: RegExp): Promise<string> {
    const what = `an execution ${name} of ${plan}`;
    return waitFor({ what, limitMs: RUN_LIMIT_MS, signal: NEVER }, () => lookForExecution(plan, name));
  }

  async function lookForExecution(plan: string, name: RegExp): Promise<string | undefined> {
    for (const listed of await listExecutions(account, NEVER)) {
      if (!name.test(listed.name)) continue;
      const command = new DescribeExecutionCommand({ executionArn: listed.arn });
      const { input = '' } = await account.stepFunctions.send(command);
      if (JSON.parse(input).plan === plan) return listed.arn;
    }
    return undefined;
  }

  async function statesOf(executionArn: string): Promise<string[]> {
    const { events = [] } = await account.stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }),
    );
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  describe('a plan', { concurrency: true }, () => {
    test('is started and ended by hand, in a loop of the state machine, and remembered all the way', async () => {
      const { pair, plan, memory } = await deploy('by-hand', NIGHTLY);
      assert.equal(await pair.capacity(), BEFORE);

      const started = await byHand({ plan, scenario: 'nightly', edge: 'start' });
      assert.equal(started.outcome, 'Converged');
      assert.equal(await pair.capacity(), DURING);
      const states = await statesOf(started.arn);
      assert.equal(states[0], 'Begin');
      assert.equal(states.at(-1), 'Done');
      const loop = states.slice(1, -1);
      assert.ok(loop.length > 2 * STATE_MACHINE_LOOP.length, states.join(' '));
      for (const [index, state] of loop.entries()) assert.equal(state, STATE_MACHINE_LOOP[index % 3]);

      const during = await memory();
      const original = during.cluster?.record?.original;
      assert.ok(original?.kind === 'docdb');
      assert.deepEqual(original.classes, { 'by-hand-1': 'db.r5.large', 'by-hand-2': 'db.r5.large' });
      assert.deepEqual(during.service?.record?.original, { kind: 'ecs', desiredCount: 2 });
      assert.deepEqual([during.cluster?.lease?.fence, during.cluster?.lease?.released], [1, true]);
      assert.ok(during.claims.includes(started.arn));
      assert.deepEqual(outcomesOf(during.history), { Started: 1, Changed: 5, Converged: 2 });
      assert.ok(during.history.every(({ execution }) => execution === started.arn));

      const ended = await byHand({ plan, scenario: 'nightly', edge: 'end' });
      assert.equal(ended.outcome, 'Converged');
      assert.equal(await pair.capacity(), BEFORE);
      const after = await memory();
      assert.deepEqual([after.cluster?.record, after.service?.record], [undefined, undefined]);
      assert.deepEqual([after.cluster?.lease?.fence, after.cluster?.lease?.released], [2, true]);
      assert.deepEqual(outcomesOf(after.history), { Started: 2, Changed: 10, Converged: 4 });
    });

    test('is started by its schedule, and the end after its Duration waits', async () => {
      // What is due within a minute the resource itself starts.
      const start = minuteAt(MINUTE_MS + 15_000);
      const scenario = { Name: 'once', Start: at(start), Duration: 'PT1H' };
      const { pair, plan, group } = await deploy('by-schedule', scenario);
      assert.deepEqual(await findSchedules(account, group, NEVER), ['once-start']);
      const arn = await findExecution(plan, /^(?!start-|end-)/);
      assert.ok(Date.now() >= start.getTime());
      const { outcome, input } = await endOfExecution(account, arn, NEVER);
      assert.equal(outcome, 'Converged');
      // MiniStack leaves the words as they are; the execution's own start counts then.
      assert.equal(input.scheduledTime, '<aws.scheduler.scheduled-time>');
      assert.equal(await pair.capacity(), DURING);
      // The end after a Duration is the start's own to see to: an execution that waits for it.
      const end = await findExecution(plan, /^end-once-/);
      const waiting = await account.stepFunctions.send(new DescribeExecutionCommand({ executionArn: end }));
      assert.equal(waiting.status, 'RUNNING');
    });

    test('is tried: a dry run says what it would do first, and changes and stores nothing', async () => {
      const { pair, plan, memory } = await deploy('tried', NIGHTLY);
      const { outcome, wouldDo } = await byHand({ plan, scenario: 'nightly', edge: 'start', dryRun: true });
      assert.equal(outcome, 'DryRun');
      assert.deepEqual(
        wouldDo.map(({ target, would }) => [target, would]),
        [
          [pair.cluster, 'change'],
          [pair.service, 'change'],
        ],
      );
      assert.equal(await pair.capacity(), BEFORE);
      const { cluster, history } = await memory();
      assert.deepEqual([cluster, history], [undefined, []]);
    });

    test('is overridden until a time, at which it ends by itself', async () => {
      const { pair, plan } = await deploy('until', NIGHTLY);
      const until = `${new Date(Date.now() + MINUTE_MS).toISOString().slice(0, 19)}Z`;
      await byHand({ plan, scenario: 'nightly', edge: 'start', until });
      assert.equal(await pair.capacity(), DURING);
      const arn = await findExecution(plan, /^end-nightly-/);
      const { outcome, durationMs } = await endOfExecution(account, arn, NEVER);
      assert.equal(outcome, 'Converged');
      assert.ok(durationMs > 5_000, `${durationMs} ms`);
      assert.ok((await statesOf(arn)).includes('Wait'));
      assert.equal(await pair.capacity(), BEFORE);
    });

    test('is changed in place: its schedules follow, its group and its id stay, and all goes with it', async () => {
      const { pair, plan, group, memory } = await deploy('lifecycle', NIGHTLY);
      assert.deepEqual(await findSchedules(account, group, NEVER), ['nightly-end', 'nightly-start']);
      const { Target, FlexibleTimeWindow } = await schedule(group, 'nightly-start');
      assert.deepEqual(JSON.parse(Target?.Input ?? ''), {
        plan,
        scenario: 'nightly',
        edge: 'start',
        scheduledTime: '<aws.scheduler.scheduled-time>',
      });
      assert.equal(FlexibleTimeWindow?.Mode, 'OFF');
      assert.ok((Target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) <= 15 * 60);
      assert.match(Target?.DeadLetterConfig?.Arn ?? '', /:deploytime-scaling-dead-letters$/);

      const daily = { ...NIGHTLY, Start: `cron(15 ${LATER} * * ? *)` };
      const update = await ask('lifecycle', daily, stepsFor(pair));
      assert.deepEqual([update.answer.request, update.answer.status], ['Update', 'SUCCESS']);
      assert.deepEqual(update.attributes, { PlanId: plan, ScheduleGroup: group });
      assert.equal((await schedule(group, 'nightly-start')).ScheduleExpression, daily.Start);
      await ask('lifecycle', { ...daily, Name: 'other' }, stepsFor(pair));
      assert.deepEqual(await findSchedules(account, group, NEVER), ['other-end', 'other-start']);

      await deleteStack(account.cloudFormation, 'lifecycle', NEVER);
      assert.equal(await findSchedules(account, group, NEVER), undefined);
      assert.equal((await memory()).status, 'removed');
      assert.equal(await pair.capacity(), BEFORE);
    });

    test('is created, changed and deleted within its window, and each time the targets follow', async () => {
      const open = { Name: 'open', Start: at(minuteAt(-2 * MINUTE_MS)), End: at(minuteAt(60 * MINUTE_MS)) };
      const { pair, plan, memory } = await deploy('open', open);
      await endOfExecution(account, await findExecution(plan, /^start-open-/), NEVER);
      assert.equal(await pair.capacity(), DURING);

      const update = await ask('open', open, stepsFor(pair, 4));
      assert.equal(update.answer.status, 'SUCCESS', update.answer.reason);
      await capacityIs(pair, '4 × db.r5.xlarge; 5 tasks');

      await deleteStack(account.cloudFormation, 'open', NEVER);
      await capacityIs(pair, BEFORE);
      const records = async () => {
        const { cluster, service: ecsService } = await memory();
        return cluster?.record === undefined && ecsService?.record === undefined ? true : undefined;
      };
      await waitFor({ what: 'the restoring run', limitMs: RUN_LIMIT_MS, signal: NEVER }, records);
    });

    test('that can not be is refused with a sentence, and leaves nothing behind', async () => {
      const steps = [{ Target: 'docdb/nowhere', InstanceCount: 3 }];
      const { answer } = await ask('refused', NIGHTLY, steps);
      assert.equal(answer.status, 'FAILED');
      assert.match(answer.reason ?? '', /docdb\/nowhere/);
      const { plans } = await readScalingTable(account, NEVER);
      assert.ok(!plans.has(answer.physicalId));
    });
  });

  test('a run that was interrupted is taken up by the next sweep, once nobody can be at work on it any more', async () => {
    const { pair, plan, memory } = await deploy('broken-off', NIGHTLY);
    await byHand({ plan, scenario: 'nightly', edge: 'start' });
    const arn = await startByHand(account, { plan, scenario: 'nightly', edge: 'end' }, NEVER);
    await waitFor({ what: 'its first change', limitMs: RUN_LIMIT_MS, signal: NEVER }, async () =>
      (await memory()).history.find(({ outcome, execution }) => outcome === 'Changed' && execution === arn),
    );
    await account.stepFunctions.send(new StopExecutionCommand({ executionArn: arn }));
    // A step that is under way comes to its end.
    await sleep(STEP_MS);
    const left = await memory();
    const held = [left.service, left.cluster].filter((state) => state?.lease?.released === undefined);
    assert.equal(held.length, 1);
    assert.notEqual(await pair.capacity(), BEFORE);

    await sweep();
    assert.equal(await lookForExecution(plan, REPAIR), undefined);
    await letLeasePass(held[0] === left.service ? pair.service : pair.cluster);
    await sweep();
    const { outcome } = await endOfExecution(account, await findExecution(plan, REPAIR), NEVER);
    assert.equal(outcome, 'Converged');
    assert.equal(await pair.capacity(), BEFORE);
    const { cluster, service: ecsService, history } = await memory();
    assert.deepEqual([cluster?.record, ecsService?.record], [undefined, undefined]);
    const failovers = history.filter(({ change }) => change?.kind === 'fail-over');
    assert.deepEqual(
      failovers.map(({ run }) => run.edge),
      ['start', 'end'],
    );
  });

  /** @returns what it answers. */
  async function sweep(): Promise<string> {
    const { Payload, FunctionError } = await account.lambda.send(
      new InvokeCommand({
        FunctionName: 'deploytime-scaling-step',
        Payload: JSON.stringify({ task: 'sweep' }),
      }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    assert.equal(FunctionError, undefined, answer);
    return JSON.parse(answer).reason;
  }

  /** As it is a quarter of an hour later: no clock of MiniStack's or of its functions can be moved. */
  async function letLeasePass(target: string): Promise<void> {
    const Key = { pk: { S: `target#${target}` }, sk: { S: 'state' } };
    const { Item } = await account.dynamoDb.send(new GetItemCommand({ TableName: SCALING_TABLE, Key }));
    const state = JSON.parse(Item?.json?.S ?? '');
    const json = JSON.stringify({ ...state, lease: { ...state.lease, until: Date.now() - 1 } });
    await account.dynamoDb.send(
      new PutItemCommand({ TableName: SCALING_TABLE, Item: { ...Item, json: { S: json } } }),
    );
  }

  function schedule(GroupName: string, Name: string) {
    return account.scheduler.send(new GetScheduleCommand({ GroupName, Name }));
  }

  function capacityIs(pair: ScaledPair, capacity: string): Promise<true> {
    const look = async () => ((await pair.capacity()) === capacity ? true : undefined);
    return waitFor({ what: capacity, limitMs: RUN_LIMIT_MS, signal: NEVER }, look);
  }
});

/** How often each came. */
function outcomesOf(events: readonly { readonly outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of events) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
