import { element, rounded, textElement } from './element.ts';
import { colourOf, FONT, MARGIN, type Part, type Place } from './layout.ts';
import { failureMark, outageMark } from './marks.ts';
import { fitted } from './text-width.ts';
import { type TimeScale, xOf } from './time-scale.ts';
import { isSeen, type TargetLane, type TimelineMark } from './timeline.ts';

/** Of the target's name, and of the marks beside it. */
const HEAD_HEIGHT = 26;
const LEVEL_HEIGHT = 22;
const GAP = 14;
const MARK_WIDTH = 8;
/** Where steps are nearer to each other, a line as thick as others would be an area. */
const LEAST_STEP_WIDTH = 4;

/** A target's capacity over time, over the windows of the scenarios that have it. */
export function targetLane(lane: TargetLane, { scale, gutter }: Place, top: number): Part {
  const { name, levels, holdings, course, outages, failures } = lane;
  const { left, width } = scale;
  const height = HEAD_HEIGHT + levels.length * LEVEL_HEIGHT;
  const yOf = (rank: number) => top + HEAD_HEIGHT + (levels.length - rank - 0.5) * LEVEL_HEIGHT - 4;
  const isDense = course.length * LEAST_STEP_WIDTH > width;
  const shades = holdings
    .filter((span) => isSeen(span, scale))
    .map(({ from, to, scenario, text }) => {
      const x = xOf(scale, from);
      return element(
        'rect',
        { class: `shade ${colourOf(scenario)}`, x, y: top, width: Math.max(1, xOf(scale, to) - x), height },
        [textElement('title', {}, text)],
      );
    });
  return {
    behind: [
      element('rect', { class: 'lane', x: left, y: top, width, height }),
      ...levels.map(({ rank }) =>
        element('line', { class: 'grid', x1: left, x2: left + width, y1: yOf(rank), y2: yOf(rank) }),
      ),
    ],
    elements: [
      ...shades,
      textElement(
        'text',
        { class: 'strong', x: MARGIN, y: top + 14 },
        fitted(name, gutter - 8, FONT.text, 'bold'),
        name,
      ),
      ...levels.map(({ text, rank }) =>
        textElement(
          'text',
          { class: 'level', x: left - 8, y: yOf(rank) + 4 },
          fitted(text, gutter - 12, FONT.small),
          text,
        ),
      ),
      element('path', { class: isDense ? 'course dense' : 'course', d: coursePath(course, scale, yOf) }),
      ...spaced(outages, scale).map(({ x, text }) => outageMark(x, top + 9, text)),
      ...spaced(failures, scale).map(({ x, text }) => failureMark(x, top + 9, text)),
    ],
    bottom: top + height + GAP,
  };
}

/** Those that don't lie over the one before: of a hundred that do nobody sees more. */
function spaced(marks: readonly TimelineMark[], scale: TimeScale) {
  const shown: { readonly x: number; readonly text: string }[] = [];
  for (const { at, text } of marks) {
    const x = xOf(scale, at);
    if (x - (shown.at(-1)?.x ?? Number.NEGATIVE_INFINITY) >= MARK_WIDTH) shown.push({ x, text });
  }
  return shown;
}

/** Level, then a slope for as long as the change may take; a change that is overtaken ends with the next. */
function coursePath(
  [first, ...steps]: TargetLane['course'],
  scale: TimeScale,
  yOf: (rank: number) => number,
): string {
  if (first === undefined) return '';
  const to = (x: number, rank: number) => `${rounded(x)} ${rounded(yOf(rank))}`;
  const path = [`M${to(scale.left, first.rank)}`];
  let { rank } = first;
  for (const [index, step] of steps.entries()) {
    const reached = Math.min(step.reached, steps[index + 1]?.from ?? scale.to);
    path.push(`L${to(xOf(scale, step.from), rank)}`, `L${to(xOf(scale, reached), step.rank)}`);
    rank = step.rank;
  }
  path.push(`L${to(scale.left + scale.width, rank)}`);
  return path.join('');
}
