import type { Instant } from '../time/instant.ts';
import { DAY_MS } from '../time/local-time.ts';
import { nextOccurrence, previousOccurrence } from '../time/schedule.ts';
import { localTimeAt } from '../time/time-zone-offsets.ts';
import { type Window, windowAt, windowFrom } from '../time/window.ts';
import type { Scenario } from './plan.ts';

/** How far ahead a plan is looked at when it is read: past the next 29 February. */
export const HORIZON_DAYS = 1500;
/** So many windows of a scenario are looked at: to the horizon where there is one a day, else not so far. */
export const MAX_WINDOWS = 1500;
/** No schedule of ours was over before there was EventBridge Scheduler. */
const EARLIEST_START: Instant = Date.UTC(2022, 10, 10);

/** The windows of a scenario that is fit to be kept. */
export interface ScenarioWindows {
  readonly scenario: Scenario;
  /** In order; none overlaps another. The first may be open already. */
  readonly windows: readonly Window[];
  /** What starts before this is among the windows. */
  readonly until: Instant;
}

/** The windows, or why the scenario can't be kept: the rest of a sentence that starts with its path. */
export type WindowsReading =
  | { readonly ok: true; readonly value: ScenarioWindows }
  | { readonly ok: false; readonly because: string };

/**
 * A scenario's windows from an instant on, as far as a plan is looked at. One that is over for good has none, and is
 * no mistake: its stack must still be deployed.
 */
export function readWindows(scenario: Scenario, zone: string, now: Instant): WindowsReading {
  const horizon = now + HORIZON_DAYS * DAY_MS;
  const windows: Window[] = [];
  let until = horizon;
  for (const start of startsOf(scenario, zone, now)) {
    if (start >= horizon) break;
    const last = windows.at(-1);
    if (last !== undefined && start < last.end) return refused(overlapsItself(scenario, last, zone, start));
    if (windows.length === MAX_WINDOWS) {
      until = start;
      break;
    }
    const window = windowFrom(scenario, zone, start);
    if (window === undefined) return refused(neverEnds(scenario, zone, start));
    windows.push(window);
  }
  if (windows.length === 0 && !isOver(scenario, zone, now)) return refused(neverStarts(scenario, zone));
  return { ok: true, value: { scenario, windows: windows.filter(({ end }) => end > now), until } };
}

/** As people read it: `2026-12-01T00:30`. */
export function formatLocalTime(zone: string, instant: Instant): string {
  return new Date(localTimeAt(zone, instant)).toISOString().slice(0, 16);
}

/**
 * Its starts from the one on whose window is open. A one-time scenario is judged by its only start, also when that is
 * past: it was a mistake then, or it is none now.
 */
function* startsOf(scenario: Scenario, zone: string, now: Instant): Generator<Instant> {
  const { start, except } = scenario;
  const open = start.kind === 'cron' ? windowAt(scenario, zone, now)?.start : undefined;
  if (open !== undefined) yield open;
  let next = nextOccurrence(start, zone, start.kind === 'cron' ? now : BEFORE_ALL, except);
  for (; next !== undefined; next = nextOccurrence(start, zone, next, except)) yield next;
}

/** Before any year that an expression can name. */
const BEFORE_ALL: Instant = Date.UTC(1969, 0);

function isOver({ start, except }: Scenario, zone: string, now: Instant): boolean {
  const last = previousOccurrence(start, zone, now, except);
  return last !== undefined && last >= EARLIEST_START;
}

function neverStarts({ start, except }: Scenario, zone: string): string {
  const exists = nextOccurrence(start, zone, BEFORE_ALL) !== undefined;
  if (start.kind === 'at' && !exists) {
    return `never starts: the clocks of ${zone} leap over ${start.text}`;
  }
  const besides = except.length > 0 ? ', or only on dates of Except' : '';
  return `never starts: ${start.text} does not come in the next ${HORIZON_DAYS} days${besides}`;
}

function neverEnds({ end }: Scenario, zone: string, start: Instant): string {
  const text = end.kind === 'expression' ? end.expression.text : 'Duration';
  return `never ends: ${text} does not come after the start at ${formatLocalTime(zone, start)} (${zone})`;
}

function overlapsItself({ end }: Scenario, last: Window, zone: string, start: Instant): string {
  const [from, again, to] = [last.start, start, last.end].map((instant) => formatLocalTime(zone, instant));
  const allowed =
    end.kind === 'duration' ? 'a shorter Duration' : 'an End that comes in between, or Duration';
  return `overlaps itself: it starts at ${from} and again at ${again}, before its end at ${to} (${zone}), allowed is ${allowed}`;
}

function refused(because: string): WindowsReading {
  return { ok: false, because };
}
