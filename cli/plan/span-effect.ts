import { type ClockChange, shiftMs } from '../../handlers/scaling/forecast/clock-changes.ts';
import { formatDuration } from '../../handlers/scaling/forecast/expectation.ts';
import type { Forecast } from '../../handlers/scaling/forecast/forecast.ts';
import type { OpenSpan } from '../../handlers/scaling/forecast/open-spans.ts';
import { dateOf } from '../../handlers/scaling/time/local-time.ts';
import { localTimeAt } from '../../handlers/scaling/time/time-zone-offsets.ts';
import { formatClock, formatWall } from './wall-clock.ts';

/** What daylight saving does to a window: undefined where the clocks are not changed in it. */
export function clockEffect({ stored, clockChanges }: Forecast, span: OpenSpan): string | undefined {
  const { timezone, scenarios } = stored.plan;
  const elapsedMs = span.end - span.start;
  const wallMs = localTimeAt(timezone, span.end) - localTimeAt(timezone, span.start);
  const change = clockChanges.find(({ at }) => at > span.start && at <= span.end);
  if (elapsedMs === wallMs || change === undefined) return undefined;
  const moved = describeClockChange(change);
  const by = formatDuration(Math.abs(wallMs - elapsedMs));
  const { end } = scenarios.find(({ name }) => name === span.scenario) ?? {};
  if (end?.kind === 'duration' || span.isByHand) {
    const clock = formatClock(localTimeAt(timezone, span.end));
    return `${moved}: it lasts ${formatDuration(elapsedMs)} all the same, and ends at ${clock}, ${by} ${wallMs < elapsedMs ? 'earlier' : 'later'} by the clock`;
  }
  return `${moved}: it lasts ${formatDuration(elapsedMs)}, ${by} ${elapsedMs > wallMs ? 'longer' : 'less'} than by the clock`;
}

/** `the clocks go back from 03:00 to 02:00`, with dates where another one begins. */
export function describeClockChange(change: ClockChange): string {
  const way = shiftMs(change) < 0 ? 'back' : 'forward';
  const format = dateOf(change.before) === dateOf(change.after) ? formatClock : formatWall;
  return `the clocks go ${way} from ${format(change.before)} to ${format(change.after)}`;
}
