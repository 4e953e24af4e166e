/** An instant, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** As EventBridge Scheduler writes its scheduled time: `2022-03-22T18:59:43Z`, without a fraction of a second. */
export function formatInstant(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
