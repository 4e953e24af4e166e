import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import { assumedCapacity } from '../../handlers/scaling/forecast/assumed-capacity.ts';
import type { KnownStates } from '../../handlers/scaling/forecast/forecast.ts';
import { targetsOf } from '../../handlers/scaling/forecast/plan-targets.ts';
import { recordedCapacity } from '../../handlers/scaling/forecast/recorded-capacity.ts';
import { type Target, targetName } from '../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import type { PlanSource } from './plan-source.ts';

/** Capacities of targets, by their names. */
export type Capacities = ReadonlyMap<string, Observation>;

/** What is there at the beginning of a forecast. */
export interface PresentCapacity {
  readonly of: (target: Target) => Observation;
  /** Default: it is what there is outside of all windows. */
  readonly known: KnownStates | undefined;
  /** Of which nothing told what they have. */
  readonly assumed: readonly Target[];
}

export interface PresentAsked {
  readonly source: PlanSource;
  /** The forecast's first instant. */
  readonly from: Instant;
  readonly now: Instant;
  /** By `--present`: outside of all windows. */
  readonly told: Capacities;
  /** By `--observe`: now. */
  readonly observed: Capacities;
}

/**
 * What a target has, by whoever knows it best: whoever asks, the service's record, a look, the template. In an open
 * window a look is of use only where the forecast goes on from now: it tells nothing of what was before.
 */
export function presentCapacity({ source, from, now, told, observed }: PresentAsked): PresentCapacity {
  const { stored, states, present } = source;
  const { plan } = stored;
  const targets = targetsOf(plan);
  const recordOf = (target: Target) => states.get(targetName(target))?.record;
  const isLookedAt = targets.every((target) => observed.has(targetName(target)));
  const goesOn = isLookedAt && from >= now && targets.some((target) => recordOf(target) !== undefined);
  const find = (target: Target): Observation | undefined => {
    const name = targetName(target);
    if (goesOn) return observed.get(name);
    const record = recordOf(target);
    const recorded = record && recordedCapacity(record, assumedCapacity(plan, target));
    return told.get(name) ?? recorded ?? observed.get(name) ?? present.get(name);
  };
  return {
    of: (target) => find(target) ?? assumedCapacity(plan, target),
    known: goesOn ? { at: now, states } : undefined,
    assumed: targets.filter((target) => find(target) === undefined),
  };
}
