import middy from '@middy/core';
import { readScalingEnvironment } from './environment.ts';
import { targetPatternExpression } from './scaling/plan/target-pattern.ts';
import { ScalingJournal } from './scaling/run/scaling-journal.ts';
import { performTask, type ScalingTask, type TaskAnswer } from './scaling/run/scaling-task.ts';
import { DynamoDbPlanStore } from './scaling/store/dynamodb-plan-store.ts';
import { createEventBridgeClient, EventBridgeEventStore } from './scaling/store/event-store.ts';
import { createSfnClient, SfnExecutionStore } from './scaling/store/execution-store.ts';
import { DynamoDbHistoryStore } from './scaling/store/history-store.ts';
import { createDynamoDbClient, TableStore } from './scaling/store/table-store.ts';
import { createScalingClients } from './scaling/targets/scaling-clients.ts';
import { scalingTargets } from './scaling/targets/scaling-targets.ts';
import { countScaling, countSweep, countUntold, instrumentation, logger, tracer } from './telemetry.ts';

const { tableName, stateMachineArn, scalableTargets } = readScalingEnvironment();
const table = new TableStore(tracer.captureAWSv3Client(createDynamoDbClient()), { table: tableName });
const allowedServices = targetPatternExpression(scalableTargets);

const ports = {
  store: new DynamoDbPlanStore(table),
  targets: scalingTargets({ clients: createScalingClients(), ...(allowedServices && { allowedServices }) }),
  runs: new SfnExecutionStore(tracer.captureAWSv3Client(createSfnClient()), { stateMachineArn }),
  journal: new ScalingJournal({
    history: new DynamoDbHistoryStore(table),
    bus: new EventBridgeEventStore(tracer.captureAWSv3Client(createEventBridgeClient())),
    log: logger,
    count: countScaling,
    countUntold,
  }),
  clock: Date.now,
};

/** Kept of the function's time: what was decided by then is still stored and told. */
const MARGIN_MS = 5_000;
/** Kept of a sweep's time, in which what it has begun comes to its end. */
const SWEEP_MARGIN_MS = 20_000;

/** What the state machine of a run asks at each of its steps, and the sweep's rule every 15 minutes. */
export const handler = middy<ScalingTask, TaskAnswer>()
  .use(instrumentation())
  .handler(async (task, context) => {
    const remainingMs = context.getRemainingTimeInMillis();
    const answer = await performTask(task, ports, {
      requestId: context.awsRequestId,
      signal: AbortSignal.timeout(Math.max(0, Math.floor(remainingMs - MARGIN_MS))),
      sweepUntil: Date.now() + remainingMs - SWEEP_MARGIN_MS,
    });
    const { kind, seconds, outcome, reason } = answer;
    const execution = 'execution' in task ? task.execution : undefined;
    logger.info(reason, { task: task.task, execution, kind, seconds, outcome });
    if (task.task === 'sweep' && outcome === 'Converged') countSweep();
    return answer;
  });
