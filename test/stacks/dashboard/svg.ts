/** A place in the picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Colours of lines, in the order of a legend; the last one stands for whatever comes after it. */
export const SERIES = 8;

/** Readable in light and dark. */
export const STYLE = `svg{--paper:#fff;--ink:#1f2328;--muted:#57606a;--grid:#d8dee4;--fine:#1a7f37;
--s0:#2f6fd0;--s1:#b26a00;--s2:#7a48c9;--s3:#1a7f37;--s4:#b3317a;--s5:#0e7490;--s6:#b42318;--s7:#57606a;font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:12px}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--muted:#9ea7b3;--grid:#2b323b;--fine:#56c271;
--s0:#6ea8ff;--s1:#e0a143;--s2:#b392f0;--s3:#56c271;--s4:#f08cc0;--s5:#4fc3d9;--s6:#ff8a80;--s7:#9ea7b3}}
text{fill:var(--ink)}
.paper{fill:var(--paper)}
.title{font-size:17px;font-weight:600}.heading{font-size:15px;font-weight:600}.strong{font-weight:600}
.muted{fill:var(--muted)}.small{font-size:11px}
.tick{font-size:10px;fill:var(--muted)}.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:var(--grid)}.axis{stroke:var(--muted)}
.fine{fill:var(--fine)}
.line{fill:none;stroke-width:1.5;stroke-linejoin:round}
${Array.from({ length: SERIES }, (_, n) => `.s${n}{fill:var(--s${n})}.line.s${n}{fill:none;stroke:var(--s${n})}`).join('\n')}`;

export function text(left: number, baseline: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${round(left)}" y="${round(baseline)}">${escaped(content)}</text>`;
}

/** Tenths of a pixel are enough. */
export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
