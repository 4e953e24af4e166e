import type { Page } from 'playwright-core';

/** A kind of text on a page, where it is hardest to read. */
export interface TextLook {
  /** Its element, with the first words. */
  readonly what: string;
  readonly colour: string;
  /** What lies under it, the nearest thing that is not transparent. */
  readonly paper: string;
  readonly sizePixels: number;
}

/** Runs in the page, whose types this project doesn't know. */
const LOOK = `(() => {
  const isClear = (colour) => /^rgba\\(.*, 0\\)$/.test(colour) || colour === 'transparent';
  const over = (top, under) => {
    const [r, g, b, a] = top.match(/[\\d.]+/g).map(Number);
    if (a === undefined || a === 1) return top.replace(/^rgba\\((\\d+), (\\d+), (\\d+).*$/, 'rgb($1, $2, $3)');
    const [ur, ug, ub] = under.match(/[\\d.]+/g).map(Number);
    const mix = (one, other) => Math.round(one * a + other * (1 - a));
    return 'rgb(' + [mix(r, ur), mix(g, ug), mix(b, ub)].join(', ') + ')';
  };
  const paperOf = (element) => {
    const papers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!isClear(colour)) papers.push(colour);
    }
    papers.push('rgb(255, 255, 255)');
    return papers.reduceRight((under, top) => over(top, under));
  };
  const looks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const box = element.getBoundingClientRect();
    if (node.data.trim() === '' || box.width <= 1 || box.height <= 1 || element.closest('svg')) continue;
    const style = getComputedStyle(element);
    if (style.visibility === 'hidden' || Number(style.opacity) === 0 || !element.checkVisibility({ opacityProperty: true })) continue;
    const paper = paperOf(element);
    const colour = over(style.color, paper);
    const key = [element.localName, element.className, colour, paper, style.fontSize].join('|');
    if (looks.has(key)) continue;
    looks.set(key, {
      what: element.localName + '.' + element.className + ': ' + node.data.trim().slice(0, 30),
      colour,
      paper,
      sizePixels: parseFloat(style.fontSize),
    });
  }
  return [...looks.values()];
})()`;

/** How each kind of text that can be seen looks, pictures apart. */
export function textLooks(page: Page): Promise<TextLook[]> {
  return page.evaluate<TextLook[]>(LOOK);
}

/** How much wider than its window a page is, in pixels. */
export function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

const LABELS = `[...document.querySelectorAll('.diagram svg')].flatMap((svg) => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const labels = [
    ...[...svg.querySelectorAll('g.node')].map((node) => [
      node.querySelector('.nodeLabel, text'),
      node.querySelector('rect, polygon, path, circle'),
    ]),
    ...[...svg.querySelectorAll('text.actor')].map((text) => [text, text.parentElement.querySelector('rect')]),
    ...[...svg.querySelectorAll('text.messageText, text.loopText')].map((text) => [text, null]),
  ];
  return labels.filter(([text]) => text !== null).map(([text, shape]) => {
    const style = getComputedStyle(text.querySelector('tspan') ?? text);
    const isHtml = text instanceof HTMLElement;
    const room = text.closest('foreignObject')?.getBoundingClientRect();
    const { bottom, right } = text.getBoundingClientRect();
    return {
      isCut: room !== undefined && (bottom > room.bottom + 1 || right > room.right + 1),
      what: text.textContent.trim().slice(0, 30),
      colour: isHtml ? style.color : style.fill,
      paper: shape === null ? paper : getComputedStyle(shape).fill,
      sizePixels: parseFloat(style.fontSize),
    };
  });
})`;

/** A label of a diagram, on its shape. */
export interface LabelLook extends TextLook {
  /** Whether some of it is outside of the room that it has. */
  readonly isCut: boolean;
}

/** The labels of a page's diagrams. */
export function diagramLabels(page: Page): Promise<LabelLook[]> {
  return page.evaluate<LabelLook[]>(LABELS);
}
