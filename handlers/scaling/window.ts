import { ProviderError } from '../errors.ts';
import type { Instant } from './instant.ts';
import { formatInstant } from './instant.ts';
import type { Scenario } from './plan.ts';
import { nextOccurrence, previousOccurrence } from './schedule.ts';

/** A span in which a scenario holds: from `start` (included) to `end` (not). */
export interface Window {
  readonly scenario: string;
  readonly start: Instant;
  readonly end: Instant;
}

/** More than a start every ten minutes for a year. */
const MAX_WINDOWS = 60_000;

/**
 * A scenario's windows that overlap a span, in order. They may overlap each other: every start makes one.
 * @param to Not included.
 * @throws ProviderError `InvalidRequest`: there are more than 60,000.
 */
export function windowsIn(scenario: Scenario, zone: string, from: Instant, to: Instant): readonly Window[] {
  const windows: Window[] = [];
  for (
    let window = windowBefore(scenario, zone, from);
    window !== undefined && window.end > from;
    window = windowBefore(scenario, zone, window.start - 1)
  ) {
    if (windows.length === MAX_WINDOWS) throw tooMany(scenario, from, to);
    windows.unshift(window);
  }
  for (
    let window = nextWindow(scenario, zone, from);
    window !== undefined && window.start < to;
    window = nextWindow(scenario, zone, window.start)
  ) {
    if (windows.length === MAX_WINDOWS) throw tooMany(scenario, from, to);
    windows.push(window);
  }
  return windows;
}

/** The window that is open at an instant; of several the one that started last. */
export function windowAt(scenario: Scenario, zone: string, instant: Instant): Window | undefined {
  const window = windowBefore(scenario, zone, instant);
  return window !== undefined && instant < window.end ? window : undefined;
}

/** The window if it were started at this instant; undefined where no end follows. */
export function windowFrom(scenario: Scenario, zone: string, start: Instant): Window | undefined {
  const end =
    scenario.end.kind === 'duration'
      ? start + scenario.end.durationMs
      : nextOccurrence(scenario.end.expression, zone, start);
  return end === undefined ? undefined : { scenario: scenario.name, start, end };
}

/** The first window that starts after an instant; undefined where none does, or no end follows it. */
export function nextWindow(scenario: Scenario, zone: string, after: Instant): Window | undefined {
  const start = nextOccurrence(scenario.start, zone, after, scenario.except);
  return start === undefined ? undefined : windowFrom(scenario, zone, start);
}

/** The window that started last, at an instant or before. */
function windowBefore(scenario: Scenario, zone: string, atOrBefore: Instant): Window | undefined {
  const start = previousOccurrence(scenario.start, zone, atOrBefore, scenario.except);
  return start === undefined ? undefined : windowFrom(scenario, zone, start);
}

function tooMany({ name }: Scenario, from: Instant, to: Instant): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    `The scenario ${name} has more than ${MAX_WINDOWS} windows from ${formatInstant(from)} to ${formatInstant(to)}; let it start less often`,
  );
}
