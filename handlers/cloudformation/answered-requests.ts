import { createHash } from 'node:crypto';
import type { Response } from './response.ts';

/** Requests that are remembered; an instance answers a few a minute, and duplicates come within minutes. */
const MAX_REMEMBERED = 64;

/** A request that is being worked on for the first time. */
export interface FirstDelivery {
  /** It was answered with this. */
  settle(response: Response): void;
  /** It could not be answered: another delivery may try. */
  abandon(error: unknown): void;
}

/**
 * The answers of this instance, by the request they were for. Lambda may deliver an event more than once, also
 * after a success, and an instance may run several at once: every further delivery gets the first one's answer, and
 * its work is not done again.
 * A request is told by its ResponseURL, kept as a hash: its RequestId is used again when a deployment is retried,
 * its signature is not.
 */
export class AnsweredRequests {
  readonly #answers = new Map<string, Promise<Response>>();

  /** The answer of the first delivery, which may be under way still; undefined where this is the first. */
  find(responseUrl: string): Promise<Response> | undefined {
    return this.#answers.get(keyOf(responseUrl));
  }

  begin(responseUrl: string): FirstDelivery {
    const key = keyOf(responseUrl);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    promise.catch(() => this.#answers.delete(key));
    this.#answers.set(key, promise);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_REMEMBERED && oldest !== undefined) this.#answers.delete(oldest);
    return { settle: resolve, abandon: reject };
  }
}

function keyOf(responseUrl: string): string {
  return createHash('sha256').update(responseUrl).digest('base64');
}
