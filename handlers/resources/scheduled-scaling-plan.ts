import { type Plan, type Target, targetName } from '../scaling/plan/plan.ts';
import type { PlanDeployment, PlanSource } from '../scaling/store/plan-deployment.ts';
import type { StoredPlan } from '../scaling/store/plan-store.ts';
import type { Instant } from '../scaling/time/instant.ts';
import { type RequestMark, scheduleGroupOf } from './scheduled-scaling-id.ts';

/* What is stored of a plan from one request to the next, as data. */

/** A plan that a request asks for. */
export interface AskedPlan {
  readonly plan: Plan;
  readonly source: PlanSource;
  readonly mark: RequestMark;
  readonly now: Instant;
}

/** A new plan, while its Create is under way: nothing is scaled by it. */
export function pendingPlan(asked: AskedPlan): StoredPlan {
  return {
    plan: asked.plan,
    status: 'removed',
    overrides: [],
    deployment: { ...deploymentOf(asked, undefined), isPending: true },
  };
}

/** Its request is over. */
export function committed(pending: StoredPlan, { mark }: AskedPlan): StoredPlan {
  if (pending.deployment?.request !== mark.request || !pending.deployment.isPending) return pending;
  const { isPending: _, ...deployment } = pending.deployment;
  return { ...pending, status: 'active', deployment };
}

/**
 * The plan in another one's place, whose records and overrides it takes over.
 * @param recorded What is recorded of the plan that was there.
 */
export function replaced(before: StoredPlan, asked: AskedPlan, recorded: readonly Target[]): StoredPlan {
  const isActive = before.status === 'active';
  return {
    plan: asked.plan,
    status: 'active',
    overrides: isActive ? before.overrides : [],
    ...formerTargets(before, asked.plan, recorded),
    deployment: {
      ...deploymentOf(asked, isActive ? before : undefined),
      storedAt: storedAfter(before, asked.now),
      isPending: true,
    },
  };
}

/** The plan of a resource that is no more: its group is there until it is deleted. */
export function removed(before: StoredPlan, mark: RequestMark, now: Instant): StoredPlan {
  const { group, request, isPending } = before.deployment ?? {};
  if (before.status === 'removed' && !isPending && request === mark.request) return before;
  return {
    ...before,
    status: 'removed',
    overrides: [],
    deployment: { ...mark, storedAt: storedAfter(before, now), ...(group !== undefined && { group }) },
  };
}

/** The plan of a Create that failed: what its runs have scaled by then is brought back, whatever its OnDelete says. */
export function revoked(before: StoredPlan, mark: RequestMark, now: Instant): StoredPlan {
  return { ...removed(before, mark, now), plan: { ...before.plan, onDelete: 'restore' } };
}

/** In the place of a plan that was never made: its Create was cancelled, and must not make it any more. */
export function absentPlan(id: string, mark: RequestMark, now: Instant): StoredPlan {
  const plan = {
    id,
    timezone: 'UTC',
    enforce: true,
    onDelete: 'restore' as const,
    bounds: {},
    scenarios: [],
  };
  return { plan, status: 'removed', overrides: [], deployment: { ...mark, storedAt: now } };
}

/** Its group is gone. */
export function withoutGroup(stored: StoredPlan): StoredPlan {
  if (stored.deployment?.group === undefined) return stored;
  const { group: _, ...deployment } = stored.deployment;
  return { ...stored, deployment };
}

/** What was there before a request that failed. What people said meanwhile stays said, and what runs did is undone. */
export function putBack(stored: StoredPlan, before: StoredPlan): StoredPlan {
  const { deployment } = stored;
  const earlier = [...(before.formerTargets ?? []), ...(stored.formerTargets ?? [])];
  const { formerTargets: _, ...rest } = before;
  return {
    ...rest,
    overrides: stored.overrides,
    ...formerTargets({ ...stored, formerTargets: earlier }, before.plan, earlier),
    ...(deployment && {
      deployment: {
        ...deployment,
        isPending: undefined,
        source: before.deployment?.source,
        formerSource: before.deployment?.formerSource,
      },
    }),
  };
}

function deploymentOf(
  { plan, source, mark, now }: AskedPlan,
  before: StoredPlan | undefined,
): PlanDeployment {
  const { group = scheduleGroupOf(plan.id, mark), source: present, formerSource } = before?.deployment ?? {};
  const former = present?.hash === source.hash ? formerSource : present;
  return { group, ...mark, storedAt: now, source, ...(former && { formerSource: former }) };
}

/**
 * Targets that are not in the plan any more, and that may have to be brought back: those that leave it now, since a run
 * that has read the former plan may record them yet, and of those that left earlier what is recorded.
 */
function formerTargets(
  { plan, formerTargets: earlier = [] }: StoredPlan,
  next: Plan,
  recorded: readonly Target[],
): Pick<StoredPlan, 'formerTargets'> {
  const named = new Set(targetsOf(next).map(targetName));
  const isRecorded = (target: Target): boolean =>
    recorded.some((each) => targetName(each) === targetName(target));
  const left = [...targetsOf(plan), ...earlier.filter(isRecorded)];
  const unique = new Map(left.map((target) => [targetName(target), target]));
  const former = [...unique.values()].filter((target) => !named.has(targetName(target)));
  return former.length === 0 ? {} : { formerTargets: former };
}

function targetsOf({ scenarios }: Plan): readonly Target[] {
  return scenarios.flatMap(({ steps }) => steps.map(({ target }) => target));
}

const SECOND_MS = 1_000;

/** Runs are told by the second in which they were asked for: what is stored later asks for others. */
function storedAfter({ deployment }: StoredPlan, now: Instant): Instant {
  return deployment === undefined ? now : Math.max(now, deployment.storedAt + SECOND_MS);
}
