/** A cell's lines, one under the other. */
export type Cell = string | readonly string[];

const GAP = '  ';

/** A table with a heading and a rule, as wide as its content. Cells are aligned to the left. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? [cell] : cell)));
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...cells.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  );
  const line = (values: readonly string[]) =>
    widths
      .map((width, column) => (values[column] ?? '').padEnd(width))
      .join(GAP)
      .trimEnd();
  const body = cells.flatMap((row) => {
    const height = Math.max(1, ...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, index) => line(row.map((cell) => cell[index] ?? '')));
  });
  return [line(heading), line(widths.map((width) => '─'.repeat(width))), ...body].join('\n');
}
