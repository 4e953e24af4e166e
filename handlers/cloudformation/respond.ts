import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import { checkResponseUrl } from './response-url.ts';

/** Limits of delivering one answer; durations in milliseconds. */
export interface RespondPolicy {
  /** Tries, the first one included. Default 6. */
  readonly attempts: number;
  /** How long one try may take. Default 3 000. */
  readonly attemptMs: number;
  /** The longest pause before the second try; it doubles with each further one. Default 250. */
  readonly firstPauseMs: number;
  /** No pause is longer. Default 4 000. */
  readonly longestPauseMs: number;
}

export const RESPOND_POLICY: RespondPolicy = {
  attempts: 6,
  attemptMs: 3_000,
  firstPauseMs: 250,
  longestPauseMs: 4_000,
};

/** How much of a refusal's body is read, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 16 * 1024;

export type Respond = (responseUrl: string, body: string, budgetMs: number) => Promise<void>;

/**
 * Delivers answers: one PUT, repeated with the same body until it is taken, within the policy's bounds and the
 * given budget (milliseconds).
 * The content type is empty and the length known, as the presigned URL wants it.
 * The promise rejects with ProviderError `NetworkFailure` where no try was taken, `InvalidRequest` for a URL
 * that answers don't go to.
 */
export function createRespond(
  outbound: Outbound,
  environment: Environment,
  policy: RespondPolicy = RESPOND_POLICY,
  random: () => number = Math.random,
): Respond {
  return async (responseUrl, body, budgetMs) => {
    const url = checkResponseUrl(responseUrl, environment);
    const bytes = Buffer.from(body);
    const budget = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    let outcome = 'no try was made';
    for (let attempt = 1; attempt <= policy.attempts && !budget.aborted; attempt += 1) {
      if (attempt > 1) await pause(pauseMs(policy, attempt, random()), budget);
      outcome = await put(
        outbound,
        url,
        bytes,
        AbortSignal.any([budget, AbortSignal.timeout(policy.attemptMs)]),
      );
      if (outcome === DELIVERED) return;
    }
    throw new ProviderError(
      'NetworkFailure',
      `The answer could not be delivered to ${url.host} in ${policy.attempts} tries at the most; the last one: ${outcome}`,
    );
  };
}

/**
 * How long to wait before a try, jittered over the upper half of the range, so that many functions that met
 * the same outage don't come back at once.
 */
export function pauseMs(policy: RespondPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (attempt - 2));
  return (ceiling * (1 + random)) / 2;
}

const DELIVERED = 'delivered';

async function put(outbound: Outbound, url: URL, body: Buffer, signal: AbortSignal): Promise<string> {
  try {
    const response = await outbound.request(url, {
      method: 'PUT',
      headers: { 'content-type': '', 'content-length': String(body.length) },
      body,
      signal,
    });
    await response.body.dump({ limit: MAX_DISCARDED_BYTES, signal });
    return response.statusCode >= 200 && response.statusCode < 300
      ? DELIVERED
      : `status ${response.statusCode}`;
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    return `no answer (${codeOf(error)})`;
  }
}

/** The system's or undici's code, e.g. ECONNRESET; a message could hold the URL. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Out of budget: the loop's condition ends it.
  }
}
