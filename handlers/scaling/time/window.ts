import { ProviderError } from '../../errors.ts';
import type { Scenario } from '../plan/plan.ts';
import { formatInstant, type Instant } from './instant.ts';
import { nextOccurrence, previousOccurrence } from './schedule.ts';

/** A span in which a scenario holds: from `start` (included) to `end` (not). */
export interface Window {
  readonly scenario: string;
  readonly start: Instant;
  readonly end: Instant;
}

/** A start every ten minutes makes as many in a year. */
const MAX_WINDOWS = 60_000;

/**
 * The windows of a scenario that overlap a span, in the order of their starts. Every start makes one, so they overlap
 * each other where a start comes before the end of the window before.
 * @param to Not included.
 * @throws ProviderError `InvalidRequest`: there are more than 60,000.
 */
export function windowsIn(scenario: Scenario, zone: string, from: Instant, to: Instant): readonly Window[] {
  const windows: Window[] = [];
  const add = (window: Window): void => {
    if (windows.length === MAX_WINDOWS) throw tooManyWindows(scenario, from, to);
    windows.push(window);
  };
  // A later start never has an earlier end.
  let open = latestWindow(scenario, zone, from);
  for (; open !== undefined && open.end > from; open = latestWindow(scenario, zone, open.start - 1))
    add(open);
  windows.reverse();
  let next = nextWindow(scenario, zone, from);
  for (; next !== undefined && next.start < to; next = nextWindow(scenario, zone, next.start)) add(next);
  return windows;
}

/** The window that is open at an instant; of several that which started last. */
export function windowAt(scenario: Scenario, zone: string, instant: Instant): Window | undefined {
  const latest = latestWindow(scenario, zone, instant);
  return latest !== undefined && instant < latest.end ? latest : undefined;
}

/** The scenario's window where it is started at this instant, as by a person; undefined where no end follows. */
export function windowFrom(scenario: Scenario, zone: string, start: Instant): Window | undefined {
  const { name, end } = scenario;
  const endsAt =
    end.kind === 'duration' ? start + end.durationMs : nextOccurrence(end.expression, zone, start);
  return endsAt === undefined ? undefined : { scenario: name, start, end: endsAt };
}

/** The first window that starts after an instant; undefined where none does that has an end. */
export function nextWindow(scenario: Scenario, zone: string, after: Instant): Window | undefined {
  const start = nextOccurrence(scenario.start, zone, after, scenario.except);
  return start === undefined ? undefined : windowFrom(scenario, zone, start);
}

/** The window that started last, up to an instant. */
function latestWindow(scenario: Scenario, zone: string, atOrBefore: Instant): Window | undefined {
  const start = previousOccurrence(scenario.start, zone, atOrBefore, scenario.except);
  return start === undefined ? undefined : windowFrom(scenario, zone, start);
}

function tooManyWindows({ name }: Scenario, from: Instant, to: Instant): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    `The scenario ${JSON.stringify(name)} starts more than ${MAX_WINDOWS} times from ${formatInstant(from)} to ${formatInstant(to)}; let it start less often`,
  );
}
