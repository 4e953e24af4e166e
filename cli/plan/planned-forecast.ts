import { ProviderError } from '../../handlers/errors.ts';
import { assumedCapacity } from '../../handlers/scaling/forecast/assumed-capacity.ts';
import { capacityOf, formatCapacity } from '../../handlers/scaling/forecast/capacity.ts';
import { targetsOf } from '../../handlers/scaling/forecast/contests.ts';
import { type Forecast, forecast } from '../../handlers/scaling/forecast/forecast.ts';
import { recordedCapacity } from '../../handlers/scaling/forecast/recorded-capacity.ts';
import type { Instant } from '../../handlers/scaling/instant.ts';
import { type Target, targetName } from '../../handlers/scaling/plan.ts';
import type { Observation } from '../../handlers/scaling/scaling-target.ts';
import { CliError } from '../cli-error.ts';
import type { PlanSource } from './plan-source.ts';
import type { Span } from './span.ts';

/** A plan, what will happen, and what that rests on. */
export interface PlannedForecast {
  readonly source: PlanSource;
  readonly forecast: Forecast;
  readonly assumed: readonly Assumption[];
}

/** What nobody told, and what it was taken for. */
export interface Assumption {
  /** A target's name; null: the template. */
  readonly about: string | null;
  readonly what: string;
}

export interface PlanAsked {
  readonly source: PlanSource;
  readonly span: Span;
  readonly now: Instant;
  /** What is known of the targets, by name. */
  readonly present: ReadonlyMap<string, Observation>;
  /** Whether that is what they have now; otherwise it is what they have outside of all windows. */
  readonly isObserved: boolean;
}

/** @throws CliError `Usage`: there is too much to be shown. */
export function plannedForecast({ source, span, now, present, isObserved }: PlanAsked): PlannedForecast {
  const { stored, states } = source;
  const { plan } = stored;
  const recordOf = (target: Target) => states.get(targetName(target))?.record;
  const isInWindow = targetsOf(plan).some((target) => recordOf(target) !== undefined);
  // What is observed in a window tells nothing of a time before.
  const goesOn = isObserved && isInWindow && span.from >= now;
  const isKnown = (target: Target) =>
    present.has(targetName(target)) && (goesOn || !isObserved || recordOf(target) === undefined);
  const presentOf = (target: Target): Observation => {
    const known = isKnown(target) ? present.get(targetName(target)) : undefined;
    if (known !== undefined) return known;
    const assumed = assumedCapacity(plan, target);
    const record = recordOf(target);
    return record === undefined ? assumed : recordedCapacity(record, assumed);
  };
  const unknown = targetsOf(plan).filter((target) => !isKnown(target) && recordOf(target) === undefined);
  const assumed: Assumption[] = [
    ...source.assumed.map((what) => ({ about: null, what })),
    ...unknown.map((target) => ({
      about: targetName(target),
      what: formatCapacity(capacityOf(presentOf(target))),
    })),
  ];
  const known = goesOn ? { at: now, states } : undefined;
  try {
    return { source, forecast: forecast({ stored, ...span, present: presentOf, known }), assumed };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', `${source.label}: ${error.message}`, { cause: error });
  }
}
