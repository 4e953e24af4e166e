import type { TimeScale } from './time-scale.ts';

/* Measures of the timeline, in pixels. */

export const WIDTH = 960;
export const MARGIN = 20;
/** Half of the axis's last label may stand out. */
export const RIGHT_MARGIN = 60;
export const FONT = { title: 17, text: 12, small: 11 };
export const LINE_HEIGHT = 18;
export const GUTTER = { least: 150, most: 330 };

/** Elements, and where the next ones begin. */
export interface Part {
  /** Drawn before all other elements. Default: none. */
  readonly behind?: readonly string[];
  readonly elements: readonly string[];
  readonly bottom: number;
}

/** What all parts go by: names stand in the gutter, and right of it is time. */
export interface Place {
  readonly scale: TimeScale;
  readonly gutter: number;
  readonly zone: string;
}

/** Scenarios beyond the last colour begin with the first again; their names and places tell them apart. */
const SCENARIO_COLOURS = 6;

/** The class of a scenario's colour. @param index In the plan, from 0. */
export function colourOf(index: number): string {
  return `s${index % SCENARIO_COLOURS}`;
}
