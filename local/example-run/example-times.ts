/** The times of the example's batches, in UTC: MiniStack's schedules know no other zone. */
export interface ExampleTimes {
  /** By the names that the example has for them in the context. */
  readonly context: Readonly<Record<string, string>>;
  /** When the extra batch starts. */
  readonly extraStart: Date;
}

const MINUTE_MS = 60_000;
const EXTRA_MS = 60 * MINUTE_MS;
const HALF_A_DAY_HOURS = 12;

/**
 * One batch on the first full minute that is so far ahead, for an hour; and the night's in half a day, so that it is
 * not open.
 */
export function exampleTimes(now: Date, leadMs: number): ExampleTimes {
  const extraStart = new Date(Math.ceil((now.getTime() + leadMs) / MINUTE_MS) * MINUTE_MS);
  const night = (now.getUTCHours() + HALF_A_DAY_HOURS) % 24;
  return {
    context: {
      'example:Timezone': 'Etc/UTC',
      'example:Start': `cron(0 ${night} * * ? *)`,
      'example:End': `cron(30 ${night} * * ? *)`,
      'example:ExtraStart': localTime(extraStart),
      'example:ExtraEnd': localTime(new Date(extraStart.getTime() + EXTRA_MS)),
    },
    extraStart,
  };
}

function localTime(date: Date): string {
  return date.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
}
