import assert from 'node:assert/strict';
import type { Account } from '../../../local/account.ts';
import { endOfExecution, startByHand } from '../../../local/scaling-execution.ts';
import { readScalingTable } from '../../../local/scaling-table.ts';
import { findSchedules } from '../../../local/schedule-group.ts';
import type { Values } from './example-stack.ts';

const NEVER = new AbortController().signal;
const SCENARIO = 'nightly-batch';

/** The plan is stored and has its schedules, and a start would change both targets. */
export async function assertPlanned(
  account: Account,
  outputs: Values,
  databaseCluster: string,
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
  assert.deepEqual(
    wouldDo.map(({ target, would }) => [target, would]),
    [
      [`docdb/${databaseCluster}`, 'change'],
      [`ecs/${ClusterName}/${ServiceName}`, 'change'],
    ],
  );
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
