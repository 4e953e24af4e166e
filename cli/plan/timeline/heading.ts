import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import { DAY_MS } from '../../../handlers/scaling/time/local-time.ts';
import { localTimeAt } from '../../../handlers/scaling/time/time-zone-offsets.ts';
import type { PlannedForecast } from '../planned-forecast.ts';
import { formatClock } from '../wall-clock.ts';
import { element, textElement } from './element.ts';
import { FONT, LINE_HEIGHT, MARGIN, type Part, WIDTH } from './layout.ts';
import { failureMark, omissionMark, outageMark } from './marks.ts';
import { fitted, widthOf } from './text-width.ts';
import { formatDay } from './time-scale.ts';
import type { Timeline } from './timeline.ts';

/** More of them aren't read in one line. */
const MAX_NAMES = 3;

/** The title, and what the picture shows. */
export function heading(title: string, { forecast, assumed }: PlannedForecast): Part {
  const { from, to, stored } = forecast;
  const { timezone } = stored.plan;
  const names = assumed.flatMap(({ about }) => about ?? []);
  const of = names.length > MAX_NAMES ? `${names.length} targets` : names.join(' and ');
  const lines = [
    `${dateOf(from, timezone)} to ${dateOf(to, timezone)}, in the time of ${timezone}`,
    ...(names.length === 0
      ? []
      : [`Assumed, as nothing tells it: the capacity outside of all windows of ${of}`]),
  ];
  const width = WIDTH - 2 * MARGIN;
  const y = MARGIN + FONT.title;
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

/** `24 Oct 2026`, with its time where it isn't midnight. */
function dateOf(instant: Instant, zone: string): string {
  const local = localTimeAt(zone, instant);
  const date = `${formatDay(local)} ${new Date(local).getUTCFullYear()}`;
  return local % DAY_MS === 0 ? date : `${date} ${formatClock(local)}`;
}

type Sign = (x: number, y: number) => string;

/** What the signs mean, of those that there are. */
export function legend({ scenarios, targets, clocks }: Timeline, top: number): Part {
  const entries: readonly { readonly text: string; readonly draw: Sign; readonly isShown: boolean }[] = [
    { text: 'window of a scenario', draw: windowSign, isShown: true },
    { text: 'capacity; it slopes while it may change', draw: courseSign, isShown: true },
    {
      text: 'short outage',
      draw: (x, y) => outageMark(x + 9, y),
      isShown: targets.some(({ outages }) => outages.length > 0),
    },
    {
      text: 'no start',
      draw: (x, y) => omissionMark(x + 9, y),
      isShown: scenarios.some(({ omissions }) => omissions.length > 0),
    },
    {
      text: 'the run fails',
      draw: (x, y) => failureMark(x + 9, y),
      isShown: targets.some(({ failures }) => failures.length > 0),
    },
    { text: 'clocks are changed', draw: clockSign, isShown: clocks.length > 0 },
  ];
  const elements: string[] = [];
  let [x, y] = [MARGIN, top + LINE_HEIGHT / 2];
  for (const { text, draw } of entries.filter(({ isShown }) => isShown)) {
    const width = SIGN_WIDTH + widthOf(text, FONT.text) + SIGN_GAP;
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + LINE_HEIGHT];
    elements.push(draw(x, y - 4), textElement('text', { class: 'muted', x: x + SIGN_WIDTH, y }, text));
    x += width;
  }
  return { elements, bottom: y + LINE_HEIGHT };
}

const SIGN_WIDTH = 26;
const SIGN_GAP = 8;

const windowSign: Sign = (x, y) =>
  element('rect', { class: 'window s0', x, y: y - 5, width: 18, height: 10, rx: 2 });

const courseSign: Sign = (x, y) => element('path', { class: 'course', d: `M${x} ${y + 4}h6l4 -8h8` });

const clockSign: Sign = (x, y) => element('line', { class: 'clock', x1: x, x2: x + 18, y1: y, y2: y });
