import assert from 'node:assert/strict';
import type { Account } from '../../../local/account.ts';
import { endOfExecution, startByHand } from '../../../local/scaling-execution.ts';
import { readScalingTable } from '../../../local/scaling-table.ts';
import { findSchedules } from '../../../local/schedule-group.ts';
import type { Values } from './example-stack.ts';

const NEVER = new AbortController().signal;
const SCENARIO = 'nightly-batch';

/** What a stack scales at night. */
export interface NightlyExample {
  readonly outputs: Values;
  readonly databaseCluster: string;
  readonly tasks: number;
}

/** The plan is stored and has its schedules, and a start would change both targets. */
export async function assertPlanned(
  account: Account,
  { outputs, databaseCluster, tasks }: NightlyExample,
): Promise<void> {
  const { PlanId: plan = '', ScheduleGroup = '', ClusterName, ServiceName } = outputs;
  const { plans } = await readScalingTable(account, NEVER);
  assert.equal(plans.get(plan), 'active');
  assert.deepEqual(await findSchedules(account, ScheduleGroup, NEVER), [
    `${SCENARIO}-end`,
    `${SCENARIO}-start`,
  ]);

  const execution = await startByHand(
    account,
    { plan, scenario: SCENARIO, edge: 'start', dryRun: true },
    NEVER,
  );
  const { outcome, reason, wouldDo } = await endOfExecution(account, execution, NEVER);
  assert.equal(outcome, 'DryRun', reason);
  const [cluster, service] = wouldDo;
  assert.deepEqual([cluster?.target, cluster?.would], [`docdb/${databaseCluster}`, 'change']);
  assert.equal(service?.target, `ecs/${ClusterName}/${ServiceName}`);
  assert.equal(service?.what, `The change of the desired count to ${tasks}`);
}

/** Once its stack is deleted. */
export async function assertUnplanned(
  account: Account,
  { PlanId = '', ScheduleGroup = '' }: Values,
): Promise<void> {
  const { plans } = await readScalingTable(account, NEVER);
  assert.equal(plans.get(PlanId), 'removed');
  assert.equal(await findSchedules(account, ScheduleGroup, NEVER), undefined);
}
