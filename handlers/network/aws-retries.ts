/** What the SDK's retry strategies pass around, as far as it is looked at here. */
interface RetryToken {
  /** Tries that failed so far. */
  getRetryCount(): number;
  /** In milliseconds. */
  getRetryDelay(): number;
}

/** The first wait's upper bound, in milliseconds; it doubles with each further one. */
const FIRST_DELAY_MS = 200;

/**
 * A `retryStrategy` for a client of the SDK: what broke (a connection, a server's error) is tried again, what was
 * throttled is not. Whoever waits out throttling itself would otherwise make several calls for each of its own, and
 * the SDK's waits are for seconds, not for a storm.
 * @see https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#retry-strategy-retrystrategy-retrymode-maxattempts
 */
export class BreakRetries {
  readonly #attempts: number;

  /** @param attempts Tries in all. */
  constructor(attempts: number) {
    this.#attempts = attempts;
  }

  async acquireInitialRetryToken(): Promise<RetryToken> {
    return tokenOf(0);
  }

  /** Throws where there is to be no other try; the SDK then throws the error of the last one. */
  async refreshRetryTokenForRetry(
    token: RetryToken,
    { errorType }: { readonly errorType: string },
  ): Promise<RetryToken> {
    const failed = token.getRetryCount() + 1;
    if (errorType !== 'TRANSIENT' || failed >= this.#attempts) throw new Error('It is not tried again');
    return tokenOf(failed);
  }

  recordSuccess(): void {}
}

function tokenOf(failed: number): RetryToken {
  const delayMs = failed === 0 ? 0 : Math.random() * FIRST_DELAY_MS * 2 ** (failed - 1);
  return { getRetryCount: () => failed, getRetryDelay: () => delayMs };
}
