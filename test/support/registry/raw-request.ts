import { type IncomingHttpHeaders, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RawRequest {
  /** Nothing is added but Host, and Content-Length where there is a body. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** A registry on this machine that takes longer has stopped. */
const REQUEST_LIMIT_MS = 30_000;

/** One request over a connection of its own, as it stands: no redirect is followed, no header made up. */
export async function rawRequest(
  method: string,
  url: string | URL,
  { headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const request = send(url, {
    method,
    agent: false,
    headers: { ...length, ...headers },
    signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
  });
  request.end(body);
  return await new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      buffer(response).then(
        (content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
        reject,
      );
    });
  });
}

/** The first error code of a refusal's body; undefined where there is none. */
export function refusalCode({ body }: RawAnswer): string | undefined {
  try {
    const { errors } = JSON.parse(body.toString('utf8')) as { errors?: { code?: string }[] };
    return errors?.[0]?.code;
  } catch {
    return undefined;
  }
}
