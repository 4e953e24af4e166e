import type { Course } from './made-up-figures.ts';
import { type Box, round, SERIES, text } from './svg.ts';

export interface Line {
  readonly label: string;
  readonly course: Course;
}

export interface Graph {
  readonly title: string;
  readonly view: 'timeSeries' | 'bar';
  readonly isStacked: boolean;
  readonly unit: string | undefined;
  readonly lines: readonly Line[];
}

const MINUTES_OF_DAY = 24 * 60;
/** CloudWatch's period of the dashboard. */
const STEP_MINUTES = 15;
const HOURS_BETWEEN_TICKS = 6;
/** Room for the title, the numbers on the left, and the legend. */
const TITLE = 22;
const SCALE = 52;
const LEGEND_LINE = 16;
/** Of a letter of a legend, on average; enough for the widest font. */
const LETTER = 6.2;
const SWATCH = 14;

/** A widget with a graph: its title, its axes, its lines or bars, and its legend. */
export function graph(given: Graph, box: Box): string {
  const legend = legendRows(given.lines, box.width);
  const bottom = (legend.length + (given.view === 'bar' ? 0 : 1)) * LEGEND_LINE + 8;
  const plot: Box = {
    left: box.left + SCALE,
    top: box.top + TITLE,
    width: box.width - SCALE - 8,
    height: box.height - TITLE - bottom,
  };
  const most = niceMost(given);
  return [
    text(box.left, box.top + 12, given.title, 'strong'),
    ...scale(most, given.unit, plot),
    ...(given.view === 'bar' ? bars(given.lines, most, plot) : courses(given, most, plot)),
    ...legend.flatMap((row, index) =>
      drawnLegend(row, box.left, box.top + box.height - (legend.length - index - 1) * LEGEND_LINE - 3),
    ),
  ].join('\n');
}

function minutes(): number[] {
  return Array.from({ length: MINUTES_OF_DAY / STEP_MINUTES }, (_, index) => index * STEP_MINUTES);
}

/** The next number above that is easy to read. */
function niceMost({ lines, isStacked }: Graph): number {
  const tops = minutes().map((minute) => {
    const values = lines.map(({ course }) => course(minute) ?? 0);
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  });
  const most = Math.max(1, ...tops);
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 4, 5, 8, 10].find((factor) => factor * power >= most) ?? 10) * power;
}

function scale(most: number, unit: string | undefined, { left, top, width, height }: Box): string[] {
  const line = (y: number, kind: string) =>
    `<line class="${kind}" x1="${round(left)}" x2="${round(left + width)}" y1="${round(y)}" y2="${round(y)}"/>`;
  return [
    line(top, 'grid'),
    line(top + height / 2, 'grid'),
    line(top + height, 'axis'),
    text(
      left - 6,
      top + 4,
      `${most.toLocaleString('en')}${unit === undefined ? '' : ` ${unit}`}`,
      'tick end',
    ),
    text(left - 6, top + height + 3, '0', 'tick end'),
  ];
}

function courses({ lines, isStacked }: Graph, most: number, plot: Box): string[] {
  const { left, top, width, height } = plot;
  const x = (minute: number) => round(left + (minute / MINUTES_OF_DAY) * width);
  const y = (value: number) => round(top + height * (1 - value / most));
  const ticks = Array.from(
    { length: 24 / HOURS_BETWEEN_TICKS + 1 },
    (_, index) => index * HOURS_BETWEEN_TICKS,
  );
  return [
    ...ticks.map((hour) =>
      text(x(hour * 60), top + height + 14, `${hour}:00`.padStart(5, '0'), 'tick middle'),
    ),
    ...(isStacked ? areas(lines, x, y) : lines.flatMap((line, index) => pieces(line, index, x, y))),
  ];
}

type Position = (value: number) => number;

/** Lines over what is measured in a row, and a dot for what stands alone. */
function pieces({ course }: Line, index: number, x: Position, y: Position): string[] {
  const rows: string[][] = [[]];
  for (const minute of minutes()) {
    const value = course(minute);
    if (value === undefined) rows.push([]);
    else rows.at(-1)?.push(`${x(minute)},${y(value)}`);
  }
  return rows
    .filter((points) => points.length > 0)
    .map((points) => {
      const [first = ''] = points;
      const [cx, cy] = first.split(',');
      return points.length === 1
        ? `<circle class="${series(index)}" cx="${cx}" cy="${cy}" r="2"/>`
        : `<polyline class="line ${series(index)}" points="${thinned(points).join(' ')}"/>`;
    });
}

/** Of points that lie on one level only the first and the last. */
function thinned(points: readonly string[]): string[] {
  const level = (point: string | undefined) => point?.split(',')[1];
  return points.filter(
    (point, index) =>
      index === 0 ||
      index === points.length - 1 ||
      level(point) !== level(points[index - 1]) ||
      level(point) !== level(points[index + 1]),
  );
}

/** Each on top of those before. */
function areas(lines: readonly Line[], x: Position, y: Position): string[] {
  const below = new Map<number, number>();
  return lines.map(({ course }, index) => {
    const low = minutes().map((minute) => `${x(minute)},${y(below.get(minute) ?? 0)}`);
    const high = minutes().map((minute) => {
      const top = (below.get(minute) ?? 0) + (course(minute) ?? 0);
      below.set(minute, top);
      return `${x(minute)},${y(top)}`;
    });
    const points = [...thinned(high), ...thinned(low).reverse()];
    return `<polygon class="${series(index)}" points="${points.join(' ')}"/>`;
  });
}

/** One for each, of the whole day. */
function bars(lines: readonly Line[], most: number, { left, top, width, height }: Box): string[] {
  const room = width / lines.length;
  return lines.flatMap(({ course }, index) => {
    const value = course(0) ?? 0;
    const middle = left + (index + 0.5) * room;
    const tall = (value / most) * height;
    return [
      `<rect class="${series(index)}" x="${round(middle - room / 5)}" y="${round(top + height - tall)}" width="${round((room * 2) / 5)}" height="${round(tall)}"/>`,
      text(middle, top + height - tall - 5, String(value), 'tick middle'),
    ];
  });
}

interface LegendRow {
  readonly entries: readonly { readonly label: string; readonly index: number; readonly offset: number }[];
}

function legendRows(lines: readonly Line[], width: number): LegendRow[] {
  const rows: { entries: { label: string; index: number; offset: number }[]; used: number }[] = [];
  for (const [index, { label }] of lines.entries()) {
    const wide = SWATCH + label.length * LETTER + 10;
    let row = rows.at(-1);
    if (row === undefined || row.used + wide > width) {
      row = { entries: [], used: 0 };
      rows.push(row);
    }
    row.entries.push({ label, index, offset: row.used });
    row.used += wide;
  }
  return rows;
}

function drawnLegend({ entries }: LegendRow, left: number, baseline: number): string[] {
  return entries.flatMap(({ label, index, offset }) => [
    `<circle class="${series(index)}" cx="${round(left + offset + 5)}" cy="${round(baseline - 4)}" r="4"/>`,
    text(left + offset + SWATCH, baseline, label, 'small'),
  ]);
}

function series(index: number): string {
  return `s${Math.min(index, SERIES - 1)}`;
}
