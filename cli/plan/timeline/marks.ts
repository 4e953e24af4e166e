import { element, rounded, textElement } from './element.ts';

/* Small signs, around a point. */

/** Below them somebody who points at them reads this. */
type Tooltip = string | undefined;

export function outageMark(x: number, y: number, tooltip?: Tooltip): string {
  return mark('outage', `M${rounded(x)} ${rounded(y - 4)}l4 4l-4 4l-4 -4z`, tooltip);
}

export function omissionMark(x: number, y: number, tooltip?: Tooltip): string {
  return mark('omission', `M${rounded(x - 4)} ${rounded(y - 4)}l8 8m0 -8l-8 8`, tooltip);
}

export function failureMark(x: number, y: number, tooltip?: Tooltip): string {
  return mark('failure', `M${rounded(x)} ${rounded(y - 5)}l5 9h-10z`, tooltip);
}

function mark(kind: string, d: string, tooltip: Tooltip): string {
  return element(
    'path',
    { class: kind, d },
    tooltip === undefined ? [] : [textElement('title', {}, tooltip)],
  );
}
