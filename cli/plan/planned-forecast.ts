import { ProviderError } from '../../handlers/errors.ts';
import { assumedCapacity } from '../../handlers/scaling/forecast/assumed-capacity.ts';
import { capacityOf, formatCapacity } from '../../handlers/scaling/forecast/capacity.ts';
import { targetsOf } from '../../handlers/scaling/forecast/contests.ts';
import { type Forecast, forecast } from '../../handlers/scaling/forecast/forecast.ts';
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
}

/** @throws CliError `Usage`: there is too much to be shown. */
export function plannedForecast({ source, span, now, present }: PlanAsked): PlannedForecast {
  const { stored, states } = source;
  const targets = targetsOf(stored.plan);
  const unknown = targets.filter((target) => !present.has(targetName(target)));
  const presentOf = (target: Target): Observation =>
    present.get(targetName(target)) ?? assumedCapacity(stored.plan, target);
  const isAtWork = [...states.values()].some(({ record }) => record !== undefined);
  const isPast = isAtWork && span.from < now;
  const assumed: Assumption[] = [
    ...source.assumed.map((what) => ({ about: null, what })),
    ...unknown.map((target) => ({
      about: targetName(target),
      what: formatCapacity(capacityOf(presentOf(target))),
    })),
  ];
  try {
    return {
      source,
      forecast: forecast({ stored, ...span, present: presentOf, ...(!isPast && { states }) }),
      assumed,
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', `${source.label}: ${error.message}`, { cause: error });
  }
}
