import { element, textElement } from './element.ts';
import { FONT, LINE_HEIGHT, MARGIN, type Part, type Place } from './layout.ts';
import { fitted } from './text-width.ts';
import { type Tick, ticksOf } from './time-scale.ts';

/** Half of a label of the axis, which stands out into the gutter. */
export const AXIS_LABEL_ROOM = 52;

/** Local times, under them the same in UTC, and lines up to the windows. */
export function timeAxis(
  { scale, zone, gutter }: Place,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): Part {
  const { left, width } = scale;
  const isUtc = /^(Etc\/)?UTC$/.test(zone);
  const [local, utc] = [bottom + 18, bottom + 34];
  const name = (text: string, y: number) =>
    textElement(
      'text',
      { class: 'muted', x: MARGIN, y },
      fitted(text, gutter - AXIS_LABEL_ROOM, FONT.text),
      text,
    );
  const ticks = ticksOf(scale, zone);
  return {
    behind: ticks.map(({ x }) => element('line', { class: 'tick', x1: x, x2: x, y1: top, y2: bottom + 4 })),
    elements: [
      element('line', { class: 'axis', x1: left, x2: left + width, y1: bottom, y2: bottom }),
      name(zone, local),
      ...ticks.map((tick) => textElement('text', { class: 'tick-label', x: tick.x, y: local }, tick.local)),
      ...(isUtc ? [] : [name('UTC', utc), ...ticks.map((tick) => utcLabel(tick, utc))]),
    ],
    bottom: (isUtc ? local : utc) + LINE_HEIGHT / 2,
  };
}

function utcLabel({ x, utc }: Tick, y: number): string {
  return textElement('text', { class: 'tick-label muted', x, y }, utc);
}
