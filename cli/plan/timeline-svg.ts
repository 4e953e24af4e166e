import { formatInstant } from '../../handlers/scaling/instant.ts';
import { localTimeAt } from '../../handlers/scaling/time-zone-offsets.ts';
import type { PlannedForecast } from './planned-forecast.ts';
import { element, fitted, rounded, textElement, widthOf } from './svg.ts';
import {
  isSeen,
  type ScenarioRow,
  type TargetLane,
  type Timeline,
  type TimelineMark,
  timelineOf,
} from './timeline.ts';
import { formatDay, type TimeScale, ticksOf, xOf } from './timeline-axis.ts';
import { TIMELINE_STYLE } from './timeline-style.ts';
import { wallTime } from './wall-clock.ts';

const WIDTH = 960;
const MARGIN = 20;
/** Half of a label of the axis may stand out. */
const RIGHT_MARGIN = 56;
const GUTTER = { least: 150, most: 330 };
const FONT = { title: 17, text: 12, small: 11 };
const LINE_HEIGHT = 18;
const ROW_HEIGHT = 24;
const BAR_HEIGHT = 12;
const LEVEL_HEIGHT = 22;
const LANE_HEAD = 26;
const LANE_GAP = 14;
/** Scenarios beyond the last colour begin with the first again; their names and places tell them apart. */
export const SCENARIO_COLOURS = 6;
/** A description that nobody has the patience for helps nobody. */
const MAX_DESCRIBED = 40;

/**
 * The timeline of a plan as an SVG document: windows, capacities and changed clocks over the local time. The same plan
 * gives the same bytes. It is readable in light and dark, and by ear.
 */
export function timelineSvg(planned: PlannedForecast): string {
  const { source, forecast } = planned;
  const { timezone } = forecast.stored.plan;
  const timeline = timelineOf(planned);
  const gutter = gutterOf(timeline);
  const scale: TimeScale = {
    from: forecast.from,
    to: forecast.to,
    left: MARGIN + gutter,
    width: WIDTH - MARGIN - gutter - RIGHT_MARGIN,
  };
  const title = `Scheduled scaling of ${source.name}`;
  const place: Place = { scale, gutter, zone: timezone };
  const body: string[] = [];
  let y = MARGIN + FONT.title;
  const add = (part: Part): void => {
    body.push(...part.elements);
    y = part.bottom;
  };
  add(headingOf(title, planned, y));
  add(legendOf(timeline, y));
  const top = y;
  add(clocksOf(timeline.clocks, place, y));
  const rows = timeline.scenarios.map((row, index) => scenarioRow(row, index, place, y + index * ROW_HEIGHT));
  for (const part of rows) add(part);
  y += LANE_GAP;
  for (const lane of timeline.targets) add(targetLane(lane, place, y));
  const bottom = y;
  add(axisOf(place, { top, bottom }));
  const height = Math.ceil(y + MARGIN);
  const lines = timeline.clocks.map(({ at }) =>
    element('line', {
      class: 'clock',
      x1: xOf(scale, at),
      x2: xOf(scale, at),
      y1: top + LINE_HEIGHT,
      y2: bottom,
    }),
  );
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-labelledby': 'plan-title plan-description',
    },
    [
      textElement('title', { id: 'plan-title' }, title),
      textElement('desc', { id: 'plan-description' }, descriptionOf(planned, timeline)),
      `<style>${TIMELINE_STYLE}</style>`,
      element('rect', { class: 'paper', width: WIDTH, height }),
      ...body,
      ...lines,
    ],
  );
  return `${svg.replaceAll('><', '>\n<')}\n`;
}

/** Elements, and where the next ones can begin. */
interface Part {
  readonly elements: readonly string[];
  readonly bottom: number;
}

interface Place {
  readonly scale: TimeScale;
  readonly gutter: number;
  readonly zone: string;
}

function gutterOf({ scenarios, targets }: Timeline): number {
  const widths = [
    ...scenarios.map(({ name }) => widthOf(name, FONT.text) + 24),
    ...targets.map(({ name }) => widthOf(name, FONT.text, 'bold')),
    ...targets.flatMap(({ levels }) => levels.map(({ text }) => widthOf(text, FONT.small) + 12)),
  ];
  return Math.min(GUTTER.most, Math.max(GUTTER.least, ...widths) + 12);
}

function headingOf(title: string, { forecast, assumed }: PlannedForecast, y: number): Part {
  const { from, to, stored } = forecast;
  const { timezone } = stored.plan;
  const day = (instant: number) => {
    const local = localTimeAt(timezone, instant);
    return `${formatDay(local)} ${new Date(local).getUTCFullYear()}`;
  };
  const names = assumed.flatMap(({ about }) => about ?? []);
  const lines = [
    `${day(from)} to ${day(to)}, local time of ${timezone}`,
    ...(names.length === 0
      ? []
      : [
          `assumed, as nobody told: what ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} outside of all windows`,
        ]),
  ];
  const width = WIDTH - 2 * MARGIN;
  return {
    elements: [
      textElement('text', { class: 'title', x: MARGIN, y }, fitted(title, width, FONT.title, 'bold'), title),
      ...lines.map((line, index) =>
        textElement(
          'text',
          { class: 'muted', x: MARGIN, y: y + (index + 1) * (LINE_HEIGHT + 2) },
          fitted(line, width, FONT.text),
          line,
        ),
      ),
    ],
    bottom: y + lines.length * (LINE_HEIGHT + 2) + 14,
  };
}

/** Only what is to be seen. */
function legendOf({ scenarios, targets, clocks }: Timeline, top: number): Part {
  const isShown = {
    omission: scenarios.some(({ omissions }) => omissions.length > 0),
    outage: targets.some(({ outages }) => outages.length > 0),
    failure: targets.some(({ failures }) => failures.length > 0),
    clock: clocks.length > 0,
  };
  const entries: readonly (readonly [draw: (x: number, y: number) => string, text: string])[] = [
    [
      (x, y) => element('rect', { class: 'window s0', x, y: y - 5, width: 18, height: 10, rx: 2 }),
      'window of a scenario',
    ],
    [
      (x, y) => element('path', { class: 'course', d: `M${x} ${y + 4}h6l4 -8h8` }),
      'capacity; it slopes while it may change',
    ],
    ...(isShown.outage ? [[(x: number, y: number) => outageMark(x + 9, y), 'short outage'] as const] : []),
    ...(isShown.omission ? [[(x: number, y: number) => omissionMark(x + 9, y), 'no start'] as const] : []),
    ...(isShown.failure ? [[(x: number, y: number) => failureMark(x + 9, y), 'the run fails'] as const] : []),
    ...(isShown.clock
      ? [
          [
            (x: number, y: number) => element('line', { class: 'clock', x1: x, x2: x + 18, y1: y, y2: y }),
            'clocks are changed',
          ] as const,
        ]
      : []),
  ];
  const elements: string[] = [];
  let [x, y] = [MARGIN, top + 4];
  for (const [draw, text] of entries) {
    const width = 26 + widthOf(text, FONT.text) + 14;
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + LINE_HEIGHT];
    elements.push(draw(x, y - 4), textElement('text', { class: 'muted', x: x + 26, y }, text));
    x += width;
  }
  return { elements, bottom: y + 18 };
}

/** A label for each change of the clocks, in as many rows as it takes. */
function clocksOf(clocks: readonly TimelineMark[], { scale }: Place, top: number): Part {
  const ends: number[] = [];
  const elements = clocks.map(({ at, text }) => {
    const width = widthOf(text, FONT.small);
    const middle = xOf(scale, at);
    const right = scale.left + scale.width + RIGHT_MARGIN - 8;
    const left = Math.max(scale.left, Math.min(middle - width / 2, right - width));
    const free = ends.findIndex((end) => end + 8 < left);
    const row = free < 0 ? ends.length : free;
    ends[row] = left + width;
    return textElement(
      'text',
      { class: 'clock-label', x: left + width / 2, y: top + 12 + row * LINE_HEIGHT },
      text,
    );
  });
  return { elements, bottom: top + Math.max(ends.length, 0) * LINE_HEIGHT + 6 };
}

function scenarioRow(
  { name, windows, omissions }: ScenarioRow,
  index: number,
  { scale, gutter }: Place,
  top: number,
): Part {
  const colour = `s${index % SCENARIO_COLOURS}`;
  const y = top + ROW_HEIGHT / 2;
  const { left, width } = scale;
  const bars = windows
    .filter((span) => isSeen(span, scale))
    .map(({ from, to, text }) => {
      const x = xOf(scale, from);
      return element(
        'rect',
        {
          class: `window ${colour}`,
          x,
          y: y - BAR_HEIGHT / 2,
          width: Math.max(1.5, xOf(scale, to) - x),
          height: BAR_HEIGHT,
          rx: 2,
        },
        [textElement('title', {}, text)],
      );
    });
  return {
    elements: [
      element('rect', { class: `window ${colour}`, x: MARGIN, y: y - 5, width: 12, height: 10, rx: 2 }),
      textElement(
        'text',
        { class: 'name', x: MARGIN + 20, y: y + 4 },
        fitted(name, gutter - 30, FONT.text),
        name,
      ),
      element('line', { class: 'grid', x1: left, x2: left + width, y1: y, y2: y }),
      ...bars,
      ...omissions.map(({ at, text }) => omissionMark(xOf(scale, at), y, text)),
    ],
    bottom: top + ROW_HEIGHT,
  };
}

function targetLane(lane: TargetLane, { scale, gutter }: Place, top: number): Part {
  const { name, levels, holdings, course, outages, failures } = lane;
  const { left, width } = scale;
  const height = LANE_HEAD + levels.length * LEVEL_HEIGHT;
  const yOf = (rank: number) =>
    top + LANE_HEAD + (levels.length - 1 - rank) * LEVEL_HEIGHT + LEVEL_HEIGHT / 2 - 4;
  const shades = holdings
    .filter((span) => isSeen(span, scale))
    .map(({ from, to, scenario, text }) => {
      const x = xOf(scale, from);
      return element(
        'rect',
        {
          class: `shade s${scenario % SCENARIO_COLOURS}`,
          x,
          y: top,
          width: Math.max(1, xOf(scale, to) - x),
          height,
        },
        [textElement('title', {}, text)],
      );
    });
  const lines = levels.flatMap(({ text, rank }) => [
    element('line', { class: 'grid', x1: left, x2: left + width, y1: yOf(rank), y2: yOf(rank) }),
    textElement(
      'text',
      { class: 'level', x: left - 8, y: yOf(rank) + 4 },
      fitted(text, gutter - 12, FONT.small),
      text,
    ),
  ]);
  return {
    elements: [
      element('rect', { class: 'lane', x: left, y: top, width, height }),
      ...shades,
      textElement(
        'text',
        { class: 'name strong', x: MARGIN, y: top + 14 },
        fitted(name, gutter - 8, FONT.text, 'bold'),
        name,
      ),
      ...lines,
      element('path', { class: 'course', d: coursePath(course, scale, yOf) }),
      ...outages.map(({ at, text }) => outageMark(xOf(scale, at), top + 9, text)),
      ...failures.map(({ at, text }) => failureMark(xOf(scale, at), top + 9, text)),
    ],
    bottom: top + height + LANE_GAP,
  };
}

/** Level, then a slope for as long as the change may take, and so on; a change that is overtaken stays unfinished. */
function coursePath(course: TargetLane['course'], scale: TimeScale, yOf: (rank: number) => number): string {
  const [first, ...steps] = course;
  if (first === undefined) return '';
  const points = [`M${rounded(scale.left)} ${rounded(yOf(first.rank))}`];
  let rank = first.rank;
  for (const [index, step] of steps.entries()) {
    const limit = Math.min(step.reached, steps[index + 1]?.from ?? scale.to);
    points.push(`L${rounded(xOf(scale, step.from))} ${rounded(yOf(rank))}`);
    rank = step.rank;
    points.push(`L${rounded(xOf(scale, limit))} ${rounded(yOf(rank))}`);
  }
  points.push(`L${rounded(scale.left + scale.width)} ${rounded(yOf(rank))}`);
  return points.join('');
}

function axisOf(
  { scale, zone, gutter }: Place,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): Part {
  const { left, width } = scale;
  const label = (text: string, y: number) =>
    textElement('text', { class: 'muted', x: MARGIN, y }, fitted(text, gutter - 60, FONT.small), text);
  const ticks = ticksOf(scale, zone).flatMap(({ x, local, utc }) => [
    element('line', { class: 'tick', x1: x, x2: x, y1: top + LINE_HEIGHT, y2: bottom + 4 }),
    textElement('text', { class: 'tick-label', x, y: bottom + 18 }, local),
    textElement('text', { class: 'tick-label muted', x, y: bottom + 34 }, utc),
  ]);
  return {
    elements: [
      element('line', { class: 'axis', x1: left, x2: left + width, y1: bottom, y2: bottom }),
      label(zone, bottom + 18),
      label('UTC', bottom + 34),
      ...ticks,
    ],
    bottom: bottom + 34,
  };
}

function outageMark(x: number, y: number, text?: string): string {
  return mark('outage', `M${rounded(x)} ${rounded(y - 4)}l4 4l-4 4l-4 -4z`, text);
}

function omissionMark(x: number, y: number, text?: string): string {
  return mark('omission', `M${rounded(x - 4)} ${rounded(y - 4)}l8 8m0 -8l-8 8`, text);
}

function failureMark(x: number, y: number, text?: string): string {
  return mark('failure', `M${rounded(x)} ${rounded(y - 5)}l5 9h-10z`, text);
}

function mark(kind: string, d: string, text?: string): string {
  return element('path', { class: kind, d }, text === undefined ? [] : [textElement('title', {}, text)]);
}

function descriptionOf({ forecast }: PlannedForecast, { scenarios, targets, clocks }: Timeline): string {
  const { from, to, stored } = forecast;
  const { timezone } = stored.plan;
  const sentences = [
    ...clocks.map(({ at, text }) => ({ at, text: `At ${wallTime(timezone, at)} ${text}` })),
    ...scenarios.flatMap(({ windows, omissions }) => [
      ...windows.map((window) => ({ at: window.from, text: `Window: ${window.text}` })),
      ...omissions,
    ]),
    ...targets.flatMap(({ outages, failures, name }) =>
      [...outages, ...failures].map(({ at, text }) => ({ at, text: `${name}: ${text}` })),
    ),
  ].sort((a, b) => a.at - b.at);
  const listed = sentences.slice(0, MAX_DESCRIBED).map(({ text }) => text);
  const more = sentences.length - listed.length;
  return [
    `From ${formatInstant(from)} to ${formatInstant(to)}, shown in the local time of ${timezone}`,
    ...listed,
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
    .map((sentence) => `${sentence}.`)
    .join(' ');
}
