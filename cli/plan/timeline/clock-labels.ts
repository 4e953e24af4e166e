import { textElement } from './element.ts';
import { FONT, LINE_HEIGHT, MARGIN, type Part, type Place, WIDTH } from './layout.ts';
import { fitted, widthOf } from './text-width.ts';
import { xOf } from './time-scale.ts';
import type { TimelineMark } from './timeline.ts';

const GAP = 8;

/** What is done to the clocks, in as many rows as it takes. */
export function clockLabels(clocks: readonly TimelineMark[], { scale }: Place, top: number): Part {
  const right = WIDTH - MARGIN / 2;
  /** Of each row, where its last label ends. */
  const ends: number[] = [];
  const elements = clocks.map(({ at, text }) => {
    const width = Math.min(widthOf(text, FONT.small), right - scale.left);
    const left = Math.max(scale.left, Math.min(xOf(scale, at) - width / 2, right - width));
    const free = ends.findIndex((end) => end + GAP < left);
    const row = free < 0 ? ends.length : free;
    ends[row] = left + width;
    return textElement(
      'text',
      { class: 'clock-label', x: left + width / 2, y: top + 12 + row * LINE_HEIGHT },
      fitted(text, width, FONT.small),
      text,
    );
  });
  return { elements, bottom: top + ends.length * LINE_HEIGHT + 6 };
}
