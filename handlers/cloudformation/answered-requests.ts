import { createHash } from 'node:crypto';
import type { Response } from './response.ts';

/** Requests that are remembered; an instance answers a few a minute, and duplicates come within minutes. */
const MAX_REMEMBERED = 64;

/**
 * The answers of this instance, by the request they were for. Lambda may deliver an event more than once, also
 * after a success: the second delivery gets the same answer, and its work is not done again.
 * A request is told by its ResponseURL, kept as a hash: its RequestId is used again when a deployment is retried,
 * its signature is not.
 */
export class AnsweredRequests {
  readonly #responses = new Map<string, Response>();

  find(responseUrl: string): Response | undefined {
    return this.#responses.get(keyOf(responseUrl));
  }

  remember(responseUrl: string, response: Response): void {
    this.#responses.set(keyOf(responseUrl), response);
    const [oldest] = this.#responses.keys();
    if (this.#responses.size > MAX_REMEMBERED && oldest !== undefined) this.#responses.delete(oldest);
  }
}

function keyOf(responseUrl: string): string {
  return createHash('sha256').update(responseUrl).digest('base64');
}
