/** So wide is no line. */
export const MAX_COLUMNS = 100;
/** Columns of the table, from left to right. */
export const WIDTHS = { local: 20, utc: 17, what: 29, expected: 14, outage: 12 };
export const GAP = '  ';
/** Of a line under a start or an end, up to the column of what is expected. */
export const DETAIL_WIDTH = WIDTHS.local + WIDTHS.utc + WIDTHS.what + 2 * GAP.length;

/** The columns' names, and a rule under them. */
export function tableHead(): readonly string[] {
  const { local, utc, what, expected, outage } = WIDTHS;
  return [
    columns('LOCAL TIME', 'UTC', 'WHAT', 'EXPECTED', 'OUTAGE'),
    [local, utc, what, expected, outage].map((width) => '─'.repeat(width)).join(GAP),
  ];
}

/** A line of the table. */
export function columns(local: string, utc: string, what: string, expected: string, outage: string): string {
  return [
    local.padEnd(WIDTHS.local),
    utc.padEnd(WIDTHS.utc),
    shortened(what, WIDTHS.what).padEnd(WIDTHS.what),
    expected.padEnd(WIDTHS.expected),
    outage,
  ]
    .join(GAP)
    .trimEnd();
}

/** In lines of the page's width, indented. */
export function wrapped(text: string, indent: number): readonly string[] {
  return broken(text.trim(), MAX_COLUMNS - indent).map((line) => `${' '.repeat(indent)}${line}`);
}

/** Broken at spaces; a word that is longer than a line is cut. */
export function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Without its middle: of two services of a cluster the ends tell which is which. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}
