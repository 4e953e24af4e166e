import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer } from '../registry/loopback-server.ts';
import type { ShelvedVersion } from './layer-shelf.ts';

/** What a download is answered instead. Of `cut` and `reset` half of the archive arrives; a `stall` never goes on. */
export type ArchiveFault =
  | { readonly kind: 'status'; readonly status: number; readonly code?: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'reset' | 'cut' | 'flipped bit' | 'too long' | 'stall' };

/** A request as it was answered. */
export interface ArchiveRequest {
  /** Without its query, which is a secret. */
  readonly path: string;
  readonly status: number;
  readonly fault: ArchiveFault['kind'] | undefined;
}

/** The bucket that Lambda keeps archives in, behind presigned URLs. */
export interface ArchiveHost {
  /** `awslambda-us-east-1-layers.s3.us-east-1.amazonaws.com`, as URLs have it. */
  readonly host: string;
  /** Where it really is. */
  readonly origin: string;
  readonly requests: readonly ArchiveRequest[];
  readonly violations: readonly string[];
  /** Parts of the URLs that were issued that must never be seen anywhere. */
  readonly secrets: readonly string[];
  /** A presigned URL of a version's archive. */
  issue(version: ShelvedVersion): string;
  /** No URL issued so far holds any more. */
  expire(): void;
  /** Spoils the next downloads. @param times Default 1. */
  fail(fault: ArchiveFault, times?: number): void;
  /** Makes each download wait from now on, until it is released. */
  hold(): { readonly reached: Promise<void>; readonly release: () => void };
  close(): Promise<void>;
}

/** @param options.secure The host that URLs name, over HTTPS. Default: plain HTTP at the very server, as MiniStack does. */
export async function startArchiveHost(options: { region: string; secure?: boolean }): Promise<ArchiveHost> {
  const { region, secure = true } = options;
  const issued = new Map<string, { version: ShelvedVersion; expired: boolean }>();
  const requests: ArchiveRequest[] = [];
  const violations: string[] = [];
  const secrets: string[] = [];
  const faults: ArchiveFault[] = [];
  const releases: (() => void)[] = [];
  let gate: { arrive: () => void; released: Promise<void> } | undefined;

  const server = await startLoopbackServer(async (request, response) => {
    gate?.arrive();
    await gate?.released;
    violations.push(...mistakesIn(request, host));
    const grant = issued.get(request.url ?? '');
    const fault = faults.shift();
    const path = new URL(request.url ?? '/', 'http://unused').pathname;
    const record = (status: number): void => void requests.push({ path, status, fault: fault?.kind });
    if (grant === undefined || grant.expired) {
      record(403);
      return refuse(response, 403, 'AccessDenied', 'Request has expired');
    }
    if (fault?.kind === 'status') {
      record(fault.status);
      return refuse(response, fault.status, fault.code ?? 'InternalError', 'As the test wants it');
    }
    if (fault?.kind === 'redirect') {
      record(307);
      response.writeHead(307, { location: fault.to }).end();
      return;
    }
    record(200);
    send(response, grant.version.archive, fault?.kind);
  });
  const host = secure ? `awslambda-${region}-layers.s3.${region}.amazonaws.com` : new URL(server.origin).host;

  return {
    host,
    origin: server.origin,
    requests,
    violations,
    secrets,
    issue: (version) => {
      const signature = randomBytes(32).toString('hex');
      const token = randomBytes(24).toString('base64url');
      secrets.push(signature, token);
      const query = new URLSearchParams({
        versionId: randomBytes(12).toString('hex'),
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Expires': '600',
        'X-Amz-Security-Token': token,
        'X-Amz-Signature': signature,
      });
      const path = `/${version.key}?${query}`;
      issued.set(path, { version, expired: false });
      return `${secure ? 'https' : 'http'}://${host}${path}`;
    },
    expire: () => {
      for (const grant of issued.values()) grant.expired = true;
    },
    fail: (fault, times = 1) => void faults.push(...Array.from({ length: times }, () => fault)),
    hold: () => {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      gate = { arrive: arrival.resolve, released: release.promise };
      releases.push(release.resolve);
      return { reached: arrival.promise, release: release.resolve };
    },
    close: async () => {
      for (const release of releases) release();
      await server.close();
    },
  };
}

function mistakesIn({ method, headers }: IncomingMessage, host: string): string[] {
  const mistakes: string[] = [];
  if (method !== 'GET') mistakes.push(`An archive is asked for with ${method}`);
  if (headers.host !== host) mistakes.push(`The archive's host is ${headers.host} instead of ${host}`);
  // S3 refuses a request that is signed twice.
  if (headers.authorization !== undefined) mistakes.push('A presigned request carries an Authorization');
  return mistakes;
}

/** Halves are sent as `cut` means them: with their own length, as if that were all. */
function send(response: ServerResponse, archive: Buffer, fault: ArchiveFault['kind'] | undefined): void {
  const half = archive.subarray(0, archive.length >> 1);
  if (fault === 'reset' || fault === 'stall') {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(half, () => {
      if (fault === 'reset') response.socket?.resetAndDestroy();
    });
    return;
  }
  const bytes = fault === 'cut' ? half : spoiled(archive, fault);
  response.writeHead(200, { 'content-type': 'application/zip', 'content-length': bytes.length });
  response.end(bytes);
}

function spoiled(archive: Buffer, fault: ArchiveFault['kind'] | undefined): Buffer {
  if (fault === 'too long') return Buffer.concat([archive, Buffer.from('more')]);
  if (fault !== 'flipped bit') return archive;
  const bytes = Buffer.from(archive);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>TX0</RequestId></Error>`;
  response.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
