/** One benchmark. It compares in one run, side by side: figures of different runs or machines say little. */
export interface Bench {
  /** As `--only` names it. */
  readonly name: string;
  /** @param report Takes a line of the result, or of the progress. */
  readonly run: (report: (line: string) => void) => Promise<void>;
}

/** The middle value; of an even number the mean of both. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error('no values');
  return (upper + lower) / 2;
}

/** Lines of a table: the first row is the heading, numbers stand to the right. */
export function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, column) => Math.max(cell.length, all[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
