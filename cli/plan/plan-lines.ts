import { formatCapacity } from '../../handlers/scaling/forecast/capacity.ts';
import {
  formatRange,
  type Outage,
  sumOf,
  sumOfOutages,
} from '../../handlers/scaling/forecast/expectation.ts';
import type { ForecastEdge, TargetForecast } from '../../handlers/scaling/forecast/forecast.ts';
import type { ForecastCall } from '../../handlers/scaling/forecast/forecast-run.ts';
import type { OddTime } from '../../handlers/scaling/forecast/odd-times.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import { localTimeAt } from '../../handlers/scaling/time/time-zone-offsets.ts';
import { apiOf, argumentsOf, type InstanceNames, withInstanceNames } from './call-name.ts';
import { edgeNotes } from './edge-notes.ts';
import type { Assumption, PlannedForecast } from './planned-forecast.ts';
import { describeClockChange } from './span-effect.ts';
import { broken, columns, DETAIL_WIDTH, GAP, tableHead, WIDTHS, wrapped } from './text-columns.ts';
import { formatWall, utcTime, wallTime } from './wall-clock.ts';

/** Colours a text where the output can show it. */
export type Paint = (colour: 'red' | 'green' | 'yellow', text: string) => string;

/** What happens when, for people: a line for each start and end, and under it the calls and what to know. */
export function planLines(planned: PlannedForecast, paint: Paint): readonly string[] {
  const edges = edgeRows(planned, paint);
  const rows = [...edges, ...clockRows(planned, paint), ...oddRows(planned, paint)];
  rows.sort((a, b) => a.at - b.at);
  return [
    ...heading(planned),
    '',
    ...tableHead(),
    ...rows.flatMap(({ lines }) => lines),
    ...(edges.length === 0 ? ['Nothing starts or ends in this time.'] : []),
  ];
}

interface Row {
  readonly at: Instant;
  readonly lines: readonly string[];
}

function heading({ source, forecast, assumed }: PlannedForecast): readonly string[] {
  const { stored, from, to, spans } = forecast;
  const { timezone } = stored.plan;
  const at = (instant: Instant) => wallTime(timezone, instant);
  const ofTemplate = assumed.filter(({ about }) => about === null);
  const open = spans.filter(({ start }) => start < from);
  const hasAssumed = assumed.length > ofTemplate.length;
  return [
    ...wrapped(`${source.label}: ${at(from)} to ${at(to)} (${timezone})`, 0),
    ...(stored.status === 'removed' ? ['It was deleted, so nothing starts any more.'] : []),
    ...ofTemplate.flatMap(({ what }) => wrapped(`assumed: ${what}`, 0)),
    ...open.flatMap((span) =>
      wrapped(`${span.scenario} is open since ${at(span.start)}, until ${at(span.end)}`, 0),
    ),
    ...forecast.targets.flatMap((target) => wrapped(beginningOf(target, assumed), 0)),
    ...(hasAssumed
      ? ['* assumed, as nothing tells what is there outside of all windows: see --present and --observe']
      : []),
  ];
}

/** `docdb/orders has 2 × own-class*` */
function beginningOf(
  { target, capacities: [first] }: TargetForecast,
  assumed: readonly Assumption[],
): string {
  const name = targetName(target);
  const has = first === undefined ? 'nothing' : formatCapacity(first.capacity);
  const outside = assumed.find(({ about }) => about === name)?.what;
  if (outside === undefined) return `${name} has ${has}`;
  return outside === has
    ? `${name} has ${has}*`
    : `${name} has ${has}, and ${outside}* outside of all windows`;
}

function edgeRows(planned: PlannedForecast, paint: Paint): readonly Row[] {
  const { forecast } = planned;
  const shown = new Map<string, ForecastEdge>();
  return forecast.runs
    .filter(({ at }) => at >= forecast.from)
    .map((edge) => {
      const calls = edge.calls.map(({ target, change }) => [target, change]);
      const key = JSON.stringify([edge.scenario, edge.edge, calls, edge.effects]);
      const before = shown.get(key);
      if (before === undefined) shown.set(key, edge);
      return { at: edge.at, lines: edgeLines(planned, edge, { before, paint }) };
    });
}

/** @param before The same on another day, which was told already. */
function edgeLines(
  { source, forecast }: PlannedForecast,
  edge: ForecastEdge,
  { before, paint }: { readonly before: ForecastEdge | undefined; readonly paint: Paint },
): readonly string[] {
  const { id, timezone } = forecast.stored.plan;
  const { at, calls } = edge;
  const names: InstanceNames = { plan: id, isDeployed: source.isDeployed };
  const outage = sumOfOutages(calls.flatMap((call) => call.outage ?? []));
  const line = columns(
    wallTime(timezone, at),
    utcTime(at),
    `${edge.edge} ${edge.scenario}`,
    calls.length === 0 ? 'at once' : formatRange(sumOf(calls.map(({ duration }) => duration))),
    outage === undefined ? 'none' : formatOutage(outage),
  );
  const notes = edgeNotes(forecast, edge, { isRepeated: before !== undefined });
  const what = calls.length === 0 ? 'nothing is to be changed,' : `the same ${counted(calls.length, 'call')}`;
  return [
    edge.edge === 'start' ? paint('green', line) : line,
    ...notes.flatMap((note) => wrapped(note, 2)).map((text) => paint('yellow', text)),
    ...(before === undefined ? callLines(edge, names) : [`  ${what} as on ${wallTime(timezone, before.at)}`]),
    ...failures(edge, names)
      .flatMap((text) => wrapped(text, 2))
      .map((text) => paint('red', text)),
  ];
}

/** By target, with what becomes of it; the calls are numbered in the order in which they are made. */
function callLines({ calls, effects }: ForecastEdge, names: InstanceNames): readonly string[] {
  if (calls.length === 0) return ['  nothing is to be changed'];
  return calls.flatMap((call, index) => {
    const name = targetName(call.target);
    const former = calls[index - 1];
    const isNext = former === undefined || targetName(former.target) !== name;
    const effect = effects.find(({ target }) => targetName(target) === name);
    const becomes = effect && `: ${formatCapacity(effect.before)} → ${formatCapacity(effect.after)}`;
    return [...(isNext ? wrapped(`${name}${becomes ?? ''}`, 2) : []), ...callLine(call, index + 1, names)];
  });
}

function callLine(
  { target, change, duration, outage }: ForecastCall,
  position: number,
  names: InstanceNames,
): readonly string[] {
  const start = `  ${String(position).padStart(3)}  `;
  const text = `${apiOf(change)} ${argumentsOf(change, target, names)}`.trimEnd();
  const [first = '', ...more] = broken(text, DETAIL_WIDTH - start.length);
  const expected = formatRange(duration).padEnd(WIDTHS.expected);
  const last = outage === undefined ? '' : formatOutage(outage);
  return [
    `${(start + first).padEnd(DETAIL_WIDTH)}${GAP}${expected}${GAP}${last}`.trimEnd(),
    ...more.map((rest) => `${' '.repeat(start.length)}${rest}`),
  ];
}

function formatOutage(outage: Outage): string {
  return outage.isUntilStart ? 'until started' : formatRange(outage);
}

function failures({ ends }: ForecastEdge, names: InstanceNames): readonly string[] {
  return ends
    .filter(({ outcome }) => outcome === 'Failed' || outcome === 'Late')
    .map(
      ({ target, outcome, reason }) =>
        `${outcome}: ${targetName(target)}: ${withInstanceNames(reason, target, names)}`,
    );
}

function clockRows({ forecast }: PlannedForecast, paint: Paint): readonly Row[] {
  const { clockChanges, stored } = forecast;
  return clockChanges.map((change) => {
    const text = `${wallTime(stored.plan.timezone, change.at).padEnd(WIDTHS.local)}${GAP}${utcTime(change.at)}${GAP}${describeClockChange(change)}`;
    return { at: change.at, lines: [paint('yellow', text)] };
  });
}

/** Those that come twice stand with their start or end. */
function oddRows({ forecast }: PlannedForecast, paint: Paint): readonly Row[] {
  return forecast.oddTimes
    .filter(({ kind }) => kind !== 'repeated')
    .map((odd) => {
      const utc = odd.kind === 'missing' ? 'does not exist' : utcTime(odd.at);
      const why = odd.kind === 'missing' ? missingNote(forecast, odd) : 'a date of Except';
      return {
        at: odd.at,
        lines: [
          columns(formatWall(odd.local), utc, `no ${odd.edge} of ${odd.scenario}`, '', ''),
          ...wrapped(why, 2),
        ].map((line) => paint('yellow', line)),
      };
    });
}

function missingNote(
  { stored, spans }: PlannedForecast['forecast'],
  { scenario, edge, at }: OddTime,
): string {
  const reason = 'the clocks leap over this time, so nothing fires';
  const open = spans.find((span) => span.scenario === scenario && span.start < at && at < span.end);
  if (edge === 'start' || open === undefined) return reason;
  const { timezone } = stored.plan;
  return `${reason}: it stays open until ${formatWall(localTimeAt(timezone, open.end))}`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? noun : `${count} ${noun}s`;
}
