import { element, textElement } from './element.ts';
import { colourOf, FONT, MARGIN, type Part, type Place } from './layout.ts';
import { omissionMark } from './marks.ts';
import { fitted, widthOf } from './text-width.ts';
import { xOf } from './time-scale.ts';
import { isSeen, type ScenarioRow, type TimelineMark } from './timeline.ts';

const ROW_HEIGHT = 24;
const BAR_HEIGHT = 12;
const LEAST_BAR_WIDTH = 1.5;
const LABEL_GAP = 5;

/** A scenario's windows, with how long they are where there is room. */
export function scenarioRow(
  { name, windows, omissions }: ScenarioRow,
  index: number,
  {
    place,
    top,
    clocks,
  }: { readonly place: Place; readonly top: number; readonly clocks: readonly TimelineMark[] },
): Part {
  const { scale, gutter } = place;
  const y = top + ROW_HEIGHT / 2;
  const colour = colourOf(index);
  const bars = windows
    .filter((span) => isSeen(span, scale))
    .map(({ from, to, text, length }) => {
      const x = xOf(scale, from);
      const width = Math.max(LEAST_BAR_WIDTH, xOf(scale, to) - x);
      return { x, width, text, length };
    });
  /** No label goes beyond one of these. */
  const obstacles = [
    ...bars.map(({ x }) => x),
    ...[...omissions, ...clocks].map(({ at }) => xOf(scale, at) - LABEL_GAP),
    scale.left + scale.width,
  ];
  const labels = bars.flatMap(({ x, width, length }) => {
    const left = x + width + LABEL_GAP;
    const right = left + widthOf(length, FONT.small);
    const isFree = obstacles.every((obstacle) => obstacle < x + width || obstacle > right + LABEL_GAP);
    return isFree ? [textElement('text', { class: 'length', x: left, y: y + 4 }, length)] : [];
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
      ...bars.map(({ x, width, text }) =>
        element(
          'rect',
          { class: `window ${colour}`, x, y: y - BAR_HEIGHT / 2, width, height: BAR_HEIGHT, rx: 2 },
          [textElement('title', {}, text)],
        ),
      ),
      ...labels,
      ...omissions.map(({ at, text }) => omissionMark(xOf(scale, at), y, text)),
    ],
    bottom: top + ROW_HEIGHT,
  };
}
