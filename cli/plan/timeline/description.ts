import { formatInstant } from '../../../handlers/scaling/time/instant.ts';
import type { PlannedForecast } from '../planned-forecast.ts';
import { wallTime } from '../wall-clock.ts';
import type { Timeline } from './timeline.ts';

/** A description that nobody has the patience for helps nobody. */
const MAX_SENTENCES = 40;

/** The picture in words, in the order of time. */
export function describeTimeline(
  { forecast }: PlannedForecast,
  { scenarios, targets, clocks }: Timeline,
): string {
  const { from, to, stored } = forecast;
  const { timezone } = stored.plan;
  const events = [
    ...clocks.map(({ at, text }) => ({ at, text: `${wallTime(timezone, at)}: ${text}` })),
    ...scenarios.flatMap(({ windows, omissions }) => [
      ...windows.map((window) => ({ at: window.from, text: window.text })),
      ...omissions,
    ]),
    ...targets.flatMap(({ name, outages, failures }) =>
      [...outages, ...failures].map(({ at, text }) => ({ at, text: `${name}: ${text}` })),
    ),
  ].sort((a, b) => a.at - b.at);
  const more = events.length - MAX_SENTENCES;
  return [
    `From ${formatInstant(from)} to ${formatInstant(to)}, in the local time of ${timezone}`,
    ...events.slice(0, MAX_SENTENCES).map(({ text }) => text),
    ...(more > 0 ? [`And ${more} more`] : []),
  ]
    .map((sentence) => `${sentence}.`)
    .join(' ');
}
