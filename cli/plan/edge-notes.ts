import { formatDuration, sumOf } from '../../handlers/scaling/forecast/expectation.ts';
import type { Forecast, ForecastEdge } from '../../handlers/scaling/forecast/forecast.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import { clockEffect } from './span-effect.ts';
import { formatClock, wallTime } from './wall-clock.ts';

/**
 * What to know of a start or an end besides its calls, a clause each.
 * @param isRepeated The same was told before of another day: nothing is told of priorities again.
 */
export function edgeNotes(
  forecast: Forecast,
  edge: ForecastEdge,
  { isRepeated }: { readonly isRepeated: boolean },
): readonly string[] {
  const { span } = edge;
  const byHand = span.isByHand ? [`by hand, until ${wallTime(forecast.stored.plan.timezone, span.end)}`] : [];
  const ofStart = [
    ...byHand,
    clockEffect(forecast, span) ?? [],
    tooShort(edge),
    ...(isRepeated ? [] : priorities(forecast, edge)),
  ];
  return [repeated(forecast, edge), ...(edge.edge === 'start' ? ofStart : [])].flat();
}

function repeated({ oddTimes }: Forecast, { at, edge, scenario }: ForecastEdge): readonly string[] {
  return oddTimes
    .filter(
      (odd) => odd.kind === 'repeated' && odd.at === at && odd.edge === edge && odd.scenario === scenario,
    )
    .map(({ local }) => `${formatClock(local)} comes twice; it fires once, the first time`);
}

function tooShort({ span, calls }: ForecastEdge): readonly string[] {
  const { minMs, maxMs } = sumOf(calls.map(({ duration }) => duration));
  const lengthMs = span.end - span.start;
  const window = `its window of ${formatDuration(lengthMs)}`;
  if (minMs > lengthMs) return [`${window} is too short for that: the run will be Late`];
  return maxMs > lengthMs ? [`${window} may be too short for that: the run would be Late`] : [];
}

/** Where several start at once, it is told with the one that wins. */
function priorities(
  { stored, contests, spans }: Forecast,
  { at, scenario }: ForecastEdge,
): readonly string[] {
  const { timezone, scenarios } = stored.plan;
  const ranked = (name: string) =>
    `${name} (Priority ${scenarios.find((each) => each.name === name)?.priority})`;
  const starts = (name: string) => spans.some((span) => span.scenario === name && span.start === at);
  return contests
    .filter(({ from }) => from === at)
    .filter(({ winner, losers }) => (starts(winner) ? winner === scenario : losers.includes(scenario)))
    .map(
      ({ target, winner, losers, to }) =>
        `${targetName(target)}: ${ranked(winner)} has it before ${losers.map(ranked).join(' and ')}, until ${wallTime(timezone, to)}`,
    );
}
