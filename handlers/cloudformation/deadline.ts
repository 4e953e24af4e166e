/** CloudFormation waits this long for an answer where a template sets no ServiceTimeout. */
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;

/** Kept back of the time there is, so that a failure can still be told: several tries to answer fit into it. */
export const ANSWER_MARGIN_MS = 10_000;

/**
 * No first delivery comes later than this after the request was made: Lambda keeps a provider's events for 15 minutes.
 * What does is a duplicate, and its work may undo what came after the first.
 */
export const MAX_REQUEST_AGE_MS = 20 * 60_000;

/** Of a short time, at most this part is kept back, or nothing would be left to work in. */
const LARGEST_MARGIN_SHARE = 0.25;

export interface TimeGiven {
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  /** What Lambda still gives this invocation. */
  readonly remainingMs: number;
  /** When CloudFormation made the request, if known; else it counts from now. */
  readonly requestedAt: number | undefined;
  /** The request's ServiceTimeout, as received: "1" to "3600". Anything else counts as not given. */
  readonly serviceTimeout: unknown;
}

export interface Deadline {
  /** When the work must have ended, in milliseconds since the epoch. In the past: nobody waits any longer. */
  readonly at: number;
  /** Which of the two limits it is, in words for the one who reads the failure. */
  readonly limit: string;
}

/** The smaller of Lambda's remaining time and what is left of ServiceTimeout, less the margin for answering. */
export function deadlineOf({ now, remainingMs, requestedAt, serviceTimeout }: TimeGiven): Deadline {
  const serviceTimeoutSeconds = readServiceTimeout(serviceTimeout);
  // The clock that signed the URL may be a little ahead of ours.
  const elapsedMs = Math.max(0, now - (requestedAt ?? now));
  if (elapsedMs > MAX_REQUEST_AGE_MS) {
    return { at: now + MAX_REQUEST_AGE_MS - elapsedMs, limit: 'time that Lambda keeps an event' };
  }
  const untilServiceTimeoutMs = serviceTimeoutSeconds * 1000 - elapsedMs;
  const leftMs = Math.min(remainingMs, untilServiceTimeoutMs);
  const marginMs = Math.min(ANSWER_MARGIN_MS, Math.max(0, leftMs) * LARGEST_MARGIN_SHARE);
  return {
    at: now + leftMs - marginMs,
    limit:
      untilServiceTimeoutMs < remainingMs
        ? `ServiceTimeout of ${serviceTimeoutSeconds} s`
        : "the function's own time limit",
  };
}

function readServiceTimeout(value: unknown): number {
  const seconds = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600
    ? seconds
    : DEFAULT_SERVICE_TIMEOUT_SECONDS;
}
