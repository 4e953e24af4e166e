import { createDatabaseCluster } from '../database-cluster.ts';
import { DATABASE_CLUSTER, NIGHTLY_STACK } from '../deployed.ts';
import { LocalError } from '../local-error.ts';
import { standInForScalableTargets } from '../scalable-targets.ts';
import {
  type EndedExecution,
  type ExecutionInput,
  endOfExecution,
  listExecutions,
  startByHand,
} from '../scaling-execution.ts';
import { findSchedules } from '../schedule-group.ts';
import { waitFor } from '../wait-for.ts';
import { type Capacity, capacityFinding, readCapacity, type ScaledPair } from './capacity.ts';
import { deleteExample, deployExamples, getStack } from './deployment.ts';
import { exampleTimes } from './example-times.ts';
import type { ExampleRun } from './run.ts';
import { kindOf, planFinding, runFindings } from './scaling-memory.ts';
import type { ExampleStep, Finding } from './step.ts';

const SCALING = 'Custom::ScheduledScaling';
const NIGHTLY = 'nightly-batch';
const EXTRA = 'extra-batch';
/** What the example has by day, and what its batches ask for; the night's has the targets where both are open. */
const DAY: Capacity = { database: '2 × db.r5.large', tasks: '1 task' };
const DURING_EXTRA: Capacity = { database: '2 × db.r5.xlarge', tasks: '2 tasks' };
const DURING_NIGHT: Capacity = { database: '3 × db.r5.xlarge', tasks: '4 tasks' };
/** MiniStack looks every 10 s for what is due, and Scheduler itself is precise to the minute. */
const SCHEDULE_LIMIT_MS = 90_000;

/** The example as it was deployed. */
interface Example {
  readonly plan: string;
  readonly scheduleGroup: string;
  readonly pair: ScaledPair;
}

/** One run of the story. */
interface Chapter {
  readonly title: string;
  readonly occasion: string;
  /** What has to be there after it. */
  readonly expected: Capacity;
  readonly execute: () => Promise<EndedExecution>;
}

/**
 * Deploys the example with one batch more in about a minute, and waits for the schedule to start it. Within it the batch
 * of the night, which asks for more, is tried, started and ended by hand; and at last the one batch, too.
 */
export async function tellOfScaling(run: ExampleRun): Promise<ExampleStep[]> {
  await prepare(run);
  const { steps, extraStart } = await deploy(run);
  const example = await readExample(run);
  const byHand = (input: Omit<ExecutionInput, 'plan'>) => () => startedByHand(run, example, input);
  const chapters: readonly Chapter[] = [
    {
      title: `wait for the schedule of ${EXTRA}, at ${extraStart.toISOString()}`,
      occasion: 'by its schedule',
      expected: DURING_EXTRA,
      execute: () => startedBySchedule(run, example, extraStart),
    },
    {
      title: `try to start ${NIGHTLY} by hand`,
      occasion: 'by hand, dry run',
      expected: DURING_EXTRA,
      execute: byHand({ scenario: NIGHTLY, edge: 'start', dryRun: true }),
    },
    {
      title: `start ${NIGHTLY} by hand`,
      occasion: 'by hand',
      expected: DURING_NIGHT,
      execute: byHand({ scenario: NIGHTLY, edge: 'start' }),
    },
    {
      title: `end ${NIGHTLY} by hand`,
      occasion: `by hand; ${EXTRA} is open`,
      expected: DURING_EXTRA,
      execute: byHand({ scenario: NIGHTLY, edge: 'end' }),
    },
    {
      title: `end ${EXTRA} by hand`,
      occasion: 'by hand',
      expected: DAY,
      execute: byHand({ scenario: EXTRA, edge: 'end' }),
    },
  ];
  for (const chapter of chapters) steps.push(await tell(run, example, chapter));
  return steps;
}

/** Deletes the example; the cluster is not its own. */
export async function endScaling(run: ExampleRun): Promise<ExampleStep[]> {
  const { scheduleGroup, plan } = await readExample(run);
  const answers = await deleteExample(run, NIGHTLY_STACK, [SCALING]);
  const schedules = await findSchedules(run.account, scheduleGroup, run.signal);
  const gone: Finding =
    schedules === undefined
      ? { text: 'its schedule group is gone', isRight: true }
      : { text: `its schedule group still has ${schedules.join(', ') || 'no schedules'}`, isRight: false };
  const memory = await planFinding(run, plan, 'removed');
  return answers.map((answer) => ({
    answer,
    occasion: 'the stack goes',
    details: ['SUCCESS'],
    findings: [gone, memory],
  }));
}

/** What CloudFormation does not make here, or MiniStack does not have. */
async function prepare({ account, progress, signal }: ExampleRun): Promise<void> {
  await progress.step(`create the DocumentDB cluster ${DATABASE_CLUSTER}`, () =>
    createDatabaseCluster(account, DATABASE_CLUSTER, signal),
  );
  await progress.step(
    'look for Application Auto Scaling',
    () => standInForScalableTargets(account, signal),
    (isMissing) => (isMissing ? 'there is none; an API that knows of no scalable target stands in' : ''),
  );
}

/** On a machine that is busy, the extra batch may have begun before it is deployed: then it is put off. */
const MAX_DEPLOYMENTS = 3;
/** From the beginning of a deployment to the extra batch, at least. */
const LEAD_MS = 45_000;

/** Deploys the example in time for the schedule of its extra batch. */
async function deploy(run: ExampleRun): Promise<{ steps: ExampleStep[]; extraStart: Date }> {
  const steps: ExampleStep[] = [];
  for (let deployment = 1; deployment <= MAX_DEPLOYMENTS; deployment += 1) {
    const { context, extraStart } = exampleTimes(new Date(), deployment * LEAD_MS);
    const answers = await deployExamples(run, {
      title: `cdk deploy ${NIGHTLY_STACK}`,
      stacks: [NIGHTLY_STACK],
      context: { 'example:ClusterIdentifier': DATABASE_CLUSTER, ...context },
      asked: [SCALING],
    });
    const { plan, scheduleGroup, pair } = await readExample(run);
    const { database, tasks } = await readCapacity(run.account, pair, run.signal);
    const schedules = (await findSchedules(run.account, scheduleGroup, run.signal)) ?? [];
    const isInTime = schedules.includes(`${EXTRA}-start`);
    const findings: Finding[] = [
      { text: `schedules: ${schedules.join(', ')}`, isRight: schedules.includes(`${NIGHTLY}-start`) },
      await planFinding(run, plan, 'active'),
      { text: `before: ${database}; ${tasks}`, isRight: true },
    ];
    for (const answer of answers) {
      steps.push({
        answer,
        occasion: isInTime ? 'each night, and once now' : 'too late for the one now',
        details: [`SUCCESS, PlanId ${plan}`, scheduleGroup],
        findings,
      });
    }
    if (isInTime) return { steps, extraStart };
  }
  throw new LocalError(
    `each of ${MAX_DEPLOYMENTS} deployments of ${NIGHTLY_STACK} took so long that its ${EXTRA} had begun by then`,
  );
}

async function readExample(run: ExampleRun): Promise<Example> {
  const { outputs } = await getStack(run, NIGHTLY_STACK);
  const {
    PlanId = '',
    ScheduleGroup = '',
    DatabaseCluster = '',
    ServiceCluster = '',
    ServiceName = '',
  } = outputs;
  return {
    plan: PlanId,
    scheduleGroup: ScheduleGroup,
    pair: { databaseCluster: DatabaseCluster, serviceCluster: ServiceCluster, service: ServiceName },
  };
}

async function tell(run: ExampleRun, { pair }: Example, chapter: Chapter): Promise<ExampleStep> {
  const { account, progress, signal } = run;
  const { title, occasion, expected, execute } = chapter;
  const execution = await progress.step(title, execute, ({ outcome }) => outcome);
  const { outcome, reason, wouldDo, status } = execution;
  if (status !== 'SUCCEEDED') {
    throw new LocalError(`${title} ended with ${outcome}: ${reason}; look at the execution ${execution.arn}`);
  }
  const first = wouldDo.map(({ target, would, what }) => `${kindOf(target)} first: ${what ?? would}`);
  return {
    answer: execution,
    occasion,
    details: [outcome, ...first],
    findings: [
      capacityFinding(await readCapacity(account, pair, signal), expected),
      ...(await runFindings(run, execution, { isRecorded: expected !== DAY })),
    ],
  };
}

async function startedByHand(
  { account, signal }: ExampleRun,
  { plan }: Example,
  input: Omit<ExecutionInput, 'plan'>,
): Promise<EndedExecution> {
  return endOfExecution(account, await startByHand(account, { plan, ...input }, signal), signal);
}

/** Whatever else starts runs gives them names of its own. */
const STARTED_BY_SERVICE = /^(start|end)-/;

async function startedBySchedule(
  { account, signal }: ExampleRun,
  { plan }: Example,
  at: Date,
): Promise<EndedExecution> {
  const limitMs = at.getTime() - Date.now() + SCHEDULE_LIMIT_MS;
  const what = `the schedule of ${EXTRA} of the plan ${plan}`;
  const started = await waitFor({ what, limitMs, signal }, async () =>
    (await listExecutions(account, signal)).find(({ name }) => !STARTED_BY_SERVICE.test(name)),
  );
  const ended = await endOfExecution(account, started.arn, signal);
  if (ended.outcome !== 'Duplicate') return ended;
  // What is due within a minute of a deployment the resource starts itself; the two are one run.
  const executions = await listExecutions(account, signal);
  const first = executions.find(({ name }) => name.startsWith(`start-${EXTRA}-`));
  return first === undefined ? ended : endOfExecution(account, first.arn, signal);
}
