import { isDeepStrictEqual } from 'node:util';
import { ProviderError } from '../errors.ts';
import { hasSchedules } from '../scaling/store/plan-deployment.ts';
import { schedulesOf } from '../scaling/store/plan-schedules.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { scheduleDifference } from '../scaling/store/schedule-difference.ts';
import type { ScheduledScalingPorts } from './scheduled-scaling-ports.ts';

export type SchedulesPorts = Pick<ScheduledScalingPorts, 'plans' | 'schedules' | 'setting' | 'clock'>;

/** So often another request may store another plan meanwhile. */
const MAX_ROUNDS = 10;
const DELETION_ATTEMPTS = 3;

/**
 * Makes a plan's schedules what the stored plan says, and looks again: where another request has stored another one
 * meanwhile, as a rollback does while the Update still runs, both end with the schedules of the last.
 * @returns What is stored then; undefined where nothing is.
 */
export async function settleSchedules(
  plan: string,
  ports: SchedulesPorts,
  signal: AbortSignal,
): Promise<StoredPlan | undefined> {
  let stored = await ports.plans.findPlan(plan, signal);
  for (let round = 0; stored !== undefined && round < MAX_ROUNDS; round += 1) {
    const failure = await failureOf(applySchedules(stored, ports, signal));
    const found = await ports.plans.findPlan(plan, signal);
    // What failed may have failed because of what the other request does.
    const isUnchanged = isDeepStrictEqual(aboutSchedules(found), aboutSchedules(stored));
    if (isUnchanged && failure !== undefined) throw failure.error;
    if (isUnchanged) return found;
    stored = found;
  }
  if (stored === undefined) return undefined;
  throw new ProviderError('NotStabilized', `Other requests store the plan ${plan} all the time`);
}

async function failureOf(work: Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}

function aboutSchedules(stored: StoredPlan | undefined): unknown {
  if (stored === undefined) return undefined;
  const { plan, deployment } = stored;
  return [plan, hasSchedules(stored), deployment?.group];
}

/** What is created comes first: a scenario that gets another name misses nothing. */
async function applySchedules(
  stored: StoredPlan,
  { schedules, setting, clock }: SchedulesPorts,
  signal: AbortSignal,
): Promise<void> {
  const group = stored.deployment?.group;
  if (group === undefined) return;
  if (!hasSchedules(stored)) {
    await deleteGroup(group, schedules, signal);
    return;
  }
  const present = await schedules.listSchedules(group, signal);
  if (present.length === 0) await schedules.createGroup(group, signal);
  const desired = schedulesOf(stored.plan, { ...setting, group, now: clock() });
  const { creates, updates, deletes } = scheduleDifference(present, desired);
  for (const schedule of [...creates, ...updates]) await schedules.putSchedule(schedule, signal);
  for (const { Name } of deletes) await schedules.deleteSchedule(group, Name ?? '', signal);
}

/** Two deliveries of a Delete may do it at once. Then one is refused what the other does; a moment later it is done. */
export async function deleteGroup(
  group: string,
  schedules: SchedulesPorts['schedules'],
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await schedules.deleteGroup(group, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === DELETION_ATTEMPTS) throw error;
    }
  }
}
