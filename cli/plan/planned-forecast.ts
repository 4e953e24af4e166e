import { ProviderError } from '../../handlers/errors.ts';
import { capacityOf, formatCapacity } from '../../handlers/scaling/forecast/capacity.ts';
import { type Forecast, forecast } from '../../handlers/scaling/forecast/forecast.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import { CliError } from '../cli-error.ts';
import type { PlanSource } from './plan-source.ts';
import { type Capacities, presentCapacity } from './present-capacity.ts';
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
  /** What targets have outside of all windows. Default: nothing is told. */
  readonly told?: Capacities | undefined;
  /** What all targets have now. Default: nobody looked. */
  readonly observed?: Capacities | undefined;
}

const NOTHING: Capacities = new Map();

/** @throws CliError `Usage`: there is too much to be shown. */
export function plannedForecast({
  source,
  span,
  now,
  told = NOTHING,
  observed = NOTHING,
}: PlanAsked): PlannedForecast {
  const { stored, label } = source;
  const present = presentCapacity({ source, from: span.from, now, told, observed });
  const assumed: Assumption[] = [
    ...source.assumed.map((what) => ({ about: null, what })),
    ...present.assumed.map((target) => ({
      about: targetName(target),
      what: formatCapacity(capacityOf(present.of(target))),
    })),
  ];
  try {
    return {
      source,
      forecast: forecast({ stored, ...span, present: present.of, known: present.known }),
      assumed,
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', `${label}: ${error.message}`, { cause: error });
  }
}
