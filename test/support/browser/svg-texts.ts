import type { Page } from 'playwright-core';

/** Where something is, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A text of a picture, as it is drawn. */
export interface DrawnText extends Box {
  readonly text: string;
  /** `rgb(31, 35, 40)` */
  readonly colour: string;
}

export interface DrawnPicture {
  readonly root: string;
  readonly width: number;
  readonly height: number;
  /** Of what lies under everything. */
  readonly paper: string;
  readonly texts: readonly DrawnText[];
  /** All areas but the paper. */
  readonly areas: readonly (Box & { readonly kind: string })[];
}

/** Runs in the page, whose types this project doesn't know. */
const LOOK = `(() => {
  const boxOf = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const paper = document.querySelector('.paper');
  const { width, height } = paper.getBoundingClientRect();
  return {
    root: document.documentElement.nodeName,
    width,
    height,
    paper: getComputedStyle(paper).fill,
    texts: [...document.querySelectorAll('text')].map((element) => ({
      ...boxOf(element),
      text: [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data).join(''),
      colour: getComputedStyle(element).fill,
    })),
    areas: [...document.querySelectorAll('rect:not(.paper)')].map((element) => ({
      ...boxOf(element),
      kind: element.getAttribute('class'),
    })),
  };
})()`;

/** What a picture that is open shows. */
export function drawnPicture(page: Page): Promise<DrawnPicture> {
  return page.evaluate<DrawnPicture>(LOOK);
}

/** @param margin So much of them may lie over each other: rounding, and the empty edges of letters. */
export function overlap(one: Box, other: Box, margin = 0.5): boolean {
  return (
    one.left + margin < other.right &&
    other.left + margin < one.right &&
    one.top + margin < other.bottom &&
    other.top + margin < one.bottom
  );
}

/**
 * From 1 to 21.
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrastRatio(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1).map(Number);
  if (parts === undefined) throw new Error(`${colour} is no opaque colour`);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const value = part / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
