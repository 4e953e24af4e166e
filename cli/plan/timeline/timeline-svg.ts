import type { PlannedForecast } from '../planned-forecast.ts';
import { clockLabels } from './clock-labels.ts';
import { describeTimeline } from './description.ts';
import { element, textElement } from './element.ts';
import { heading, legend } from './heading.ts';
import { FONT, GUTTER, LINE_HEIGHT, MARGIN, type Part, type Place, RIGHT_MARGIN, WIDTH } from './layout.ts';
import { scenarioRow } from './scenario-row.ts';
import { TIMELINE_STYLE } from './style.ts';
import { targetLane } from './target-lane.ts';
import { widthOf } from './text-width.ts';
import { AXIS_LABEL_ROOM, timeAxis } from './time-axis.ts';
import { xOf } from './time-scale.ts';
import { type Timeline, timelineOf } from './timeline.ts';

const LANES_GAP = 12;

/**
 * The timeline of a plan as an SVG document: windows, capacities and changed clocks over the local time. The same
 * forecast gives the same bytes. It can be read in light and dark, and be listened to.
 */
export function timelineSvg(planned: PlannedForecast): string {
  const { source, forecast } = planned;
  const { from, to, stored } = forecast;
  const timeline = timelineOf(planned);
  const gutter = gutterOf(timeline, stored.plan.timezone);
  const left = MARGIN + gutter;
  const scale = { from, to, left, width: WIDTH - left - RIGHT_MARGIN };
  const place: Place = { scale, gutter, zone: stored.plan.timezone };
  const title = `Scheduled scaling of ${source.name}`;
  const behind: string[] = [];
  const before: string[] = [];
  let y = 0;
  const add = (part: Part): void => {
    behind.push(...(part.behind ?? []));
    before.push(...part.elements);
    y = part.bottom;
  };
  add(heading(title, planned));
  add(legend(timeline, y));
  const top = y + LINE_HEIGHT;
  add(clockLabels(timeline.clocks, place, y));
  for (const [index, row] of timeline.scenarios.entries()) {
    add(scenarioRow(row, index, { place, top: y, clocks: timeline.clocks }));
  }
  y += LANES_GAP;
  for (const lane of timeline.targets) add(targetLane(lane, place, y));
  const bottom = y;
  add(timeAxis(place, { top, bottom }));
  const height = Math.ceil(y + MARGIN / 2);
  const clocks = timeline.clocks.map(({ at }) => {
    const x = xOf(scale, at);
    return element('line', { class: 'clock', x1: x, x2: x, y1: top, y2: bottom });
  });
  const children = [
    textElement('title', { id: 'plan-title' }, title),
    textElement('desc', { id: 'plan-description' }, describeTimeline(planned, timeline)),
    `<style>${TIMELINE_STYLE}</style>`,
    element('rect', { class: 'paper', width: WIDTH, height }),
    ...behind,
    ...clocks,
    ...before,
  ];
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
    [...children.map((child) => `\n${child}`), '\n'],
  );
  return `${svg}\n`;
}

/** As wide as its longest text, within bounds. */
function gutterOf({ scenarios, targets }: Timeline, zone: string): number {
  const widths = [
    widthOf(zone, FONT.text) + AXIS_LABEL_ROOM,
    ...scenarios.map(({ name }) => widthOf(name, FONT.text) + 30),
    ...targets.flatMap(({ name, levels }) => [
      widthOf(name, FONT.text, 'bold') + 8,
      ...levels.map(({ text }) => widthOf(text, FONT.small) + 12),
    ]),
  ];
  return Math.min(GUTTER.most, Math.max(GUTTER.least, ...widths));
}
