import type { Values } from './example-stack.ts';

/** In half a day, so that it is not open, and in UTC: MiniStack's schedules know no other zone. */
export function nightAwayFrom(now: Date): Values {
  const hour = (now.getUTCHours() + 12) % 24;
  return { Timezone: 'Etc/UTC', Start: `cron(0 ${hour} * * ? *)`, End: `cron(30 ${hour} * * ? *)` };
}
