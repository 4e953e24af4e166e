import { type Rate, TokenBucket } from '../../support/ssm/token-bucket.ts';

/** How long a throttled call waits before it is made again, in milliseconds. */
export type DelayRule = (throttled: {
  /** Tries so far. */
  readonly attempt: number;
  /** The wait before; undefined the first time. */
  readonly lastMs: number | undefined;
  /** In [0, 1). */
  readonly random: number;
}) => number;

/** All requests come within so many milliseconds. */
const ARRIVAL_MS = 50;

interface Call {
  readonly atMs: number;
  readonly attempt: number;
  readonly delayMs: number | undefined;
}

/** A storm of requests of one call each, without a clock: a thousand of them take a second. */
export function simulateStorm(
  rule: DelayRule,
  { requests, rate }: { requests: number; rate: Rate },
): { readonly calls: number; readonly lastMs: number } {
  const bucket = new TokenBucket(rate, 0);
  let waiting = Array.from({ length: requests }, (): Call => {
    return { atMs: Math.random() * ARRIVAL_MS, attempt: 1, delayMs: undefined };
  });
  let calls = 0;
  let lastMs = 0;
  for (let untilMs = ARRIVAL_MS; waiting.length > 0; untilMs += ARRIVAL_MS) {
    const due = waiting.filter(({ atMs }) => atMs < untilMs).sort((a, b) => a.atMs - b.atMs);
    waiting = waiting.filter(({ atMs }) => atMs >= untilMs);
    for (const { atMs, attempt, delayMs } of due) {
      calls += 1;
      if (bucket.take(atMs)) {
        lastMs = atMs;
        continue;
      }
      const nextMs = rule({ attempt, lastMs: delayMs, random: Math.random() });
      waiting.push({ atMs: Math.max(untilMs, atMs + nextMs), attempt: attempt + 1, delayMs: nextMs });
    }
  }
  return { calls, lastMs };
}
