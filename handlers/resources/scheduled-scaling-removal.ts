import type { DeleteRequest } from '../cloudformation/event.ts';
import { isOfFailedCreate } from '../cloudformation/physical-resource-id.ts';
import { ProviderError } from '../errors.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import { isPlanId, markOf, planIdOf, type RequestMark } from './scheduled-scaling-id.ts';
import { absentPlan, removed, revoked, withoutGroup } from './scheduled-scaling-plan.ts';
import type { ScheduledScalingPorts } from './scheduled-scaling-ports.ts';
import { settleSchedules } from './scheduled-scaling-schedules.ts';

/** Deletes the plan that a resource made, whatever the request says of its properties. */
export async function deletePlan(
  request: DeleteRequest,
  ports: ScheduledScalingPorts,
  signal: AbortSignal,
): Promise<void> {
  const { physicalResourceId } = request;
  const mark = markOf(request, ports.clock());
  if (isPlanId(physicalResourceId)) await removePlan({ id: physicalResourceId, mark }, ports, signal);
  else await deleteUnanswered(request, mark, ports, signal);
}

export interface Removal {
  readonly id: string;
  readonly mark: RequestMark;
  /** Its Create has failed: nothing of it may stay. Default: as its OnDelete says. */
  readonly ofFailedCreate?: boolean;
}

/**
 * Takes a plan out of service: nothing is scaled by it from the first write on. Then its schedules go with their group,
 * and a run is started that brings back, or forgets, what is recorded. The sweep forgets the plan when nothing is left.
 */
export async function removePlan(
  { id, mark, ofFailedCreate = false }: Removal,
  ports: ScheduledScalingPorts,
  signal: AbortSignal,
): Promise<void> {
  const { plans, runs, clock, log } = ports;
  const change = ofFailedCreate ? revoked : removed;
  const stored = await plans.updatePlan(
    id,
    (before) => (isLater(before, mark) ? before : change(before, mark, clock())),
    signal,
  );
  if (stored === undefined) return;
  if (isLater(stored, mark)) {
    log.info('A later request has stored the plan: it stays', { plan: id });
    return;
  }
  await settleSchedules(id, ports, signal);
  await plans.updatePlan(id, (now) => (isStoredBy(now, mark) ? withoutGroup(now) : now), signal);
  if ((await plans.listRecorded(id, signal)).length === 0) return;
  const scheduledTime = stored.deployment?.storedAt ?? clock();
  await runs.start({ plan: id, edge: 'end', scheduledTime }, signal);
}

/**
 * A Delete under another id than a plan's: of a Create that failed, that was never answered, or that is still under
 * way. What it has left goes. A Create that comes only now must not make a plan any more, so a mark is left for it.
 */
async function deleteUnanswered(
  request: DeleteRequest,
  mark: RequestMark,
  ports: ScheduledScalingPorts,
  signal: AbortSignal,
): Promise<void> {
  const { plans, statuses, clock, log } = ports;
  const id = planIdOf(request);
  const before = await findPlan(id, ports, signal);
  if (before === undefined) {
    const isAnswered = isOfFailedCreate(request.physicalResourceId);
    if (!isAnswered) await plans.putPlan(absentPlan(id, mark, clock()), 'new', signal);
    return;
  }
  // A plan that works may be one that CloudFormation knows under its own id: a failed Create was repeated since.
  const isLeft = before.status === 'removed' || (await statuses.isTakingBack(request.stackId, signal));
  if (isLeft) await removePlan({ id, mark, ofFailedCreate: true }, ports, signal);
  else log.warn('The plan stays: the Delete is not for it', { plan: id });
}

/** Who may not read the table, or has none, has made nothing there. */
async function findPlan(
  id: string,
  { plans, log }: ScheduledScalingPorts,
  signal: AbortSignal,
): Promise<StoredPlan | undefined> {
  try {
    return await plans.findPlan(id, signal);
  } catch (error) {
    const isOut =
      error instanceof ProviderError && (error.code === 'AccessDenied' || error.code === 'NotFound');
    if (!isOut) throw error;
    log.warn('It can not be told whether the Create has left anything', { plan: id, error });
    return undefined;
  }
}

/** A request that was made later than this one has stored the plan. */
export function isLater({ deployment }: StoredPlan, { request, requestedAt }: RequestMark): boolean {
  return deployment !== undefined && deployment.request !== request && deployment.requestedAt > requestedAt;
}

export function isStoredBy({ deployment }: StoredPlan, { request }: RequestMark): boolean {
  return deployment?.request === request;
}
