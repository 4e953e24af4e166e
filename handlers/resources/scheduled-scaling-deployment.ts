import { isDeepStrictEqual } from 'node:util';
import type { CreateRequest, UpdateRequest } from '../cloudformation/event.ts';
import { ProviderError } from '../errors.ts';
import type { Step } from '../scaling/plan/plan.ts';
import { readPlan } from '../scaling/plan/plan-reader.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { checkSteps, checkUncontested, stepsBeside } from './scheduled-scaling-checks.ts';
import { hashOfPlanProperties, markOf, type RequestMark, scheduleGroupOf } from './scheduled-scaling-id.ts';
import { type AskedPlan, committed, pendingPlan, putBack, replaced } from './scheduled-scaling-plan.ts';
import type { ScheduledScalingPorts } from './scheduled-scaling-ports.ts';
import { isLater, isStoredBy, removePlan } from './scheduled-scaling-removal.ts';
import { runsOfDeployment } from './scheduled-scaling-runs.ts';
import { deleteGroup, settleSchedules } from './scheduled-scaling-schedules.ts';

/** A Create or an Update under way. */
interface Deployment {
  readonly id: string;
  readonly request: CreateRequest | UpdateRequest;
  readonly mark: RequestMark;
  readonly ports: ScheduledScalingPorts;
  readonly signal: AbortSignal;
  /** What this delivery has written itself: only that is its to undo, and not what a twin of it has. */
  written?: 'pending' | 'committed' | undefined;
}

/**
 * Makes the plan that a request asks for what holds from now on. The stored plan decides what is scaled, so it is stored
 * first; its schedules follow it, and at last runs begin for what is open. A failure undoes all of it.
 */
export async function deployPlan(
  id: string,
  request: CreateRequest | UpdateRequest,
  ports: ScheduledScalingPorts,
  signal: AbortSignal,
): Promise<StoredPlan> {
  const mark = markOf(request, ports.clock());
  const deployment: Deployment = { id, request, mark, ports, signal };
  const before = await ports.plans.findPlan(id, signal);
  if (before !== undefined && isDelivered(before, deployment)) return before;
  if (before !== undefined && isLater(before, mark)) throw overtaken(deployment);
  const asked = readAsked(deployment, before);
  const isChange = request.requestType === 'Update' && before?.status === 'active';
  const known = isChange ? before : undefined;
  const added = await checked(deployment, asked, known);
  try {
    return await carryOut(deployment, asked, before, added);
  } catch (error) {
    throw await undone(deployment, error, known);
  }
}

/** A delivery after a later request, or a second one of what is done, changes nothing. */
function isDelivered(before: StoredPlan, { mark }: Deployment): boolean {
  if (before.status !== 'active') return false;
  return isLater(before, mark) || (isStoredBy(before, mark) && !before.deployment?.isPending);
}

/** What was right when it was read first is right now, whatever time has made of it: a rollback asks for it again. */
function readAsked({ id, request, mark, ports }: Deployment, before: StoredPlan | undefined): AskedPlan {
  const { properties } = request;
  const now = ports.clock();
  const hash = hashOfPlanProperties(properties);
  const { source, formerSource } = before?.deployment ?? {};
  const read = [source, formerSource].find((each) => each?.hash === hash) ?? { hash, readAt: now };
  const plan = readPlan({ id, properties, place: ports.place, now: read.readAt });
  return { plan, source: read, mark, now };
}

/**
 * Checks what is new in the plan; what was there before may have gone, and a plan is not refused for that. In a rollback
 * nothing is refused: it must not fail.
 * @returns The steps that were checked.
 */
async function checked(
  { id, request, ports, signal }: Deployment,
  { plan, source }: AskedPlan,
  known: StoredPlan | undefined,
): Promise<readonly Step[]> {
  const added = stepsBeside(plan, known?.plan);
  if (added.length === 0) return [];
  const isFormer = known?.deployment?.formerSource?.hash === source.hash;
  const isRollback = async (): Promise<boolean> => {
    if (request.requestType === 'Create') return false;
    // Where CloudFormation does not say, what asks for the plan of before is taken for one.
    return (await ports.statuses.isRollingBack(request.stackId, signal)) ?? isFormer;
  };
  if (await isRollback()) return [];
  try {
    await checkSteps(added, id, ports, signal);
    return added;
  } catch (error) {
    signal.throwIfAborted();
    // A status may lag behind what it tells of.
    if (!(await isRollback())) throw error;
    ports.log.warn('The plan is taken as it is, for the stack is rolling back', { error });
    return [];
  }
}

async function carryOut(
  deployment: Deployment,
  asked: AskedPlan,
  before: StoredPlan | undefined,
  added: readonly Step[],
): Promise<StoredPlan> {
  const { id, ports, signal } = deployment;
  const { plans, runs, clock, log } = ports;
  await store(deployment, asked, before);
  // Another plan may have been created beside this one since the checks. Now each of them sees the other.
  if (added.length > 0) await checkUncontested(added, id, ports, signal);
  await settleSchedules(id, ports, signal);
  const { written } = deployment;
  const stored = await plans.updatePlan(
    id,
    (now) => {
      const next = committed(now, asked);
      deployment.written = next === now ? written : 'committed';
      return next;
    },
    signal,
  );
  // A twin of this delivery may have failed, and have put the former plan back.
  const isKept =
    stored !== undefined && isStoredBy(stored, asked.mark) && isDeepStrictEqual(stored.plan, asked.plan);
  if (!isKept) throw overtaken(deployment);
  const recorded = await plans.listRecorded(id, signal);
  for (const run of runsOfDeployment(stored, recorded, clock())) {
    await runs.start(run, signal);
    log.info('A run was started', { ...run });
  }
  return stored;
}

/** Stores the plan where the one that was read still is. A twin of this delivery may have done so already. */
async function store(
  deployment: Deployment,
  asked: AskedPlan,
  before: StoredPlan | undefined,
): Promise<void> {
  const { id, mark, ports, signal } = deployment;
  const { plans, schedules } = ports;
  if (before === undefined) {
    deployment.written = 'pending';
    if ((await plans.putPlan(pendingPlan(asked), 'new', signal)) !== undefined) return;
    deployment.written = undefined;
    const found = await plans.findPlan(id, signal);
    if (found === undefined || !isStoredBy(found, mark)) throw overtaken(deployment);
    return;
  }
  // What is left of a removal, or of a Create that died.
  const leftover = before.status === 'removed' && !isStoredBy(before, mark) && before.deployment?.group;
  if (leftover) await deleteGroup(leftover, schedules, signal);
  const recorded = await plans.listRecorded(id, signal);
  const stored = await plans.updatePlan(
    id,
    (now) => {
      const isAsRead = now.deployment?.request === before.deployment?.request && !isStoredBy(now, mark);
      deployment.written = isAsRead ? 'pending' : undefined;
      return isAsRead ? replaced(now, asked, recorded) : now;
    },
    signal,
  );
  if (stored === undefined || !isStoredBy(stored, mark)) throw overtaken(deployment);
}

/**
 * Puts back what was there: the former plan, or none. After the deadline there is no time left; then CloudFormation's
 * own rollback does it.
 * @returns The error to throw.
 */
async function undone(
  deployment: Deployment,
  error: unknown,
  known: StoredPlan | undefined,
): Promise<unknown> {
  const { id, mark, ports, signal } = deployment;
  if (signal.aborted) return error;
  try {
    const found = await ports.plans.findPlan(id, signal);
    if (found === undefined || !isStoredBy(found, mark)) {
      // A Delete that was faster than the group's creation could not delete it.
      const group = scheduleGroupOf(id, mark);
      if (found?.deployment?.group !== group) await deleteGroup(group, ports.schedules, signal);
      return error;
    }
    const state = found.deployment?.isPending ? 'pending' : 'committed';
    if (deployment.written !== state) return error;
    if (known !== undefined) {
      await ports.plans.updatePlan(id, (now) => (isStoredBy(now, mark) ? putBack(now, known) : now), signal);
      await settleSchedules(id, ports, signal);
    } else {
      await removePlan({ id, mark, ofFailedCreate: true }, ports, signal);
      // Nothing was ever scaled by it.
      if (found.status === 'removed')
        await ports.plans.deletePlan(id, signal, (now) => isStoredBy(now, mark));
    }
    return error;
  } catch (failure) {
    signal.throwIfAborted();
    return withLeftovers(error, failure);
  }
}

function withLeftovers(error: unknown, failure: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const why = failure instanceof ProviderError ? failure.message : 'an unexpected error';
  return new ProviderError(
    error.code,
    `${error.message}. What was done until then could not be undone: ${why}`,
    { cause: error },
  );
}

function overtaken({ id }: Deployment): ProviderError {
  return new ProviderError(
    'NotStabilized',
    `A later request has changed or deleted the plan ${id} meanwhile; that one counts`,
  );
}
