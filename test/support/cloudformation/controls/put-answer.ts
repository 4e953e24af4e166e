import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';

export type PutAnswer = (url: string, body: Buffer) => Promise<void>;

const MAX_TRIES = 4;
const TRY_TIMEOUT_MS = 500;

/** PUTs until it is accepted. @throws Error when it never was. */
export async function putWithRetries(url: string, body: Buffer): Promise<void> {
  let failure: unknown;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      const status = await putOnce(url, body);
      if (status < 400) return;
      failure = new Error(`The answer was refused with ${status}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** One PUT. @returns the status. @throws Error on a reset or a stall. */
export function putOnce(url: string, body: Buffer, headers: OutgoingHttpHeaders = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      {
        method: 'PUT',
        agent: false,
        timeout: TRY_TIMEOUT_MS,
        headers: { 'content-length': body.length, ...headers },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('The answer was not taken in time')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
