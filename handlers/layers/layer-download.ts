import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { type ErrorCode, ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import { readErrorBody } from '../registry/bounded-body.ts';
import { describeBreak } from '../registry/connection-break.ts';
import { formatLayerVersionArn } from './arn.ts';
import type { LayerVersion } from './layer-store.ts';

/** Whether another try, with a fresh location, may end better. */
export type DownloadRetry = 'never' | 'transient' | 'wrong-content';

/** Why an archive did not arrive. Its message names the version and the host, and nothing else of the location. */
export class DownloadError extends ProviderError {
  override readonly name: string = 'DownloadError';
  readonly retry: DownloadRetry;

  constructor(code: ErrorCode, message: string, options: { retry: DownloadRetry; cause?: unknown }) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retry = options.retry;
  }

  /** The same failure, with the number of tries where there were several. */
  after(attempts: number): DownloadError {
    if (attempts === 1) return this;
    const message = `${this.message} (tried ${attempts} times)`;
    return new DownloadError(this.code, message, { retry: this.retry, cause: this.cause });
  }
}

/** So much of an error's body is read, in bytes. S3 writes a few hundred. */
const MAX_ERROR_BODY_BYTES = 16 * 1024;

/**
 * Downloads a version's archive into a file that is not there yet, as a stream. No byte more than Lambda announced is
 * written, and what was written has the SHA-256 that Lambda told.
 * @throws DownloadError; ProviderError `InvalidRequest` for a location that this service does not connect to.
 */
export async function downloadArchive(options: {
  readonly outbound: Outbound;
  readonly version: LayerVersion;
  readonly file: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { outbound, version, file, signal } = options;
  try {
    const response = await outbound.request(version.location, { method: 'GET', signal });
    if (response.statusCode !== 200) throw await errorOfStatus(version, response);
    const { bytes, sha256 } = await write(response.body, file, version.codeSizeBytes, signal);
    if (bytes !== version.codeSizeBytes) {
      throw wrongContent(version, `it has not the ${version.codeSizeBytes} bytes that Lambda tells`);
    }
    if (sha256 !== version.codeSha256)
      throw wrongContent(version, 'its SHA-256 is not the one that Lambda tells');
  } catch (error) {
    throw errorOf(version, error, signal);
  }
}

/** Writes as much as is expected, and stops with the first byte more. */
async function write(
  body: Readable,
  file: string,
  expectedBytes: number,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        if (bytes > expectedBytes) return;
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    { signal },
  );
  return { bytes, sha256: hash.digest('base64') };
}

function errorOf(version: LayerVersion, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ProviderError) return error;
  if (isOfStorage(error)) {
    const message = `${notDownloaded(version)}: the function's temporary storage did not take its ${version.codeSizeBytes} bytes (${error.code})`;
    return new DownloadError('ServiceLimitExceeded', message, { retry: 'never', cause: error });
  }
  const { name, words, isLasting } = describeBreak(error);
  const said = [version.location.host, name].filter((part) => part !== '').join(', ');
  return new DownloadError('NetworkFailure', `${notDownloaded(version)}: ${words} (${said})`, {
    retry: isLasting ? 'never' : 'transient',
    cause: error,
  });
}

/** What a write fails with: full, over a quota, broken. A connection's errors have other codes. */
const STORAGE_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

/** Of a file, not of a connection. One that can't be opened is named by its path. */
function isOfStorage(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const { code, path } = error as NodeJS.ErrnoException;
  return STORAGE_CODES.includes(code ?? '') || path !== undefined;
}

async function errorOfStatus(
  version: LayerVersion,
  { statusCode, body }: Dispatcher.ResponseData,
): Promise<DownloadError> {
  const name = /<Code>(?<name>[A-Za-z]{1,60})<\/Code>/.exec(await readErrorBody(body, MAX_ERROR_BODY_BYTES));
  const said = [`HTTP status ${statusCode}`, name?.groups?.name].filter((part) => part !== undefined);
  return new DownloadError(
    codeOfStatus(statusCode),
    `${notDownloaded(version)}: ${version.location.host} answered ${said.join(', ')}`,
    { retry: isPassing(statusCode) ? 'transient' : 'never' },
  );
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 403) return 'AccessDenied';
  return status === 429 || status === 503 ? 'Throttling' : 'GeneralServiceException';
}

/** 403 is what a location that has expired gets: the next one is fresh. */
function isPassing(status: number): boolean {
  return [403, 408, 425, 429].includes(status) || (status >= 500 && status !== 501);
}

function wrongContent(version: LayerVersion, what: string): DownloadError {
  return new DownloadError('GeneralServiceException', `${notDownloaded(version)}: ${what}`, {
    retry: 'wrong-content',
  });
}

function notDownloaded({ arn }: LayerVersion): string {
  return `The archive of ${formatLayerVersionArn(arn)} could not be downloaded`;
}
