import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { rangeOf } from './blob-endpoint.ts';
import type { Answer, Exchange } from './exchange.ts';

/** How long an address holds that the registry gives out. */
const ADDRESS_SECONDS = 20 * 60;

/**
 * Another host that a registry keeps its blobs on, as ECR keeps them in S3: an address with a signature is all that a
 * request needs, and a request with a login besides is refused.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export class BlobStorage {
  /** As redirects name it. Set once its server listens. */
  origin = '';
  readonly #key = randomBytes(32);
  readonly #blobs = new Map<string, Buffer>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The address of a blob, for ADDRESS_SECONDS. */
  sign(digest: string, bytes: Buffer): string {
    this.#blobs.set(digest, bytes);
    const expires = String(Math.floor(this.#now() / 1_000) + ADDRESS_SECONDS);
    const url = new URL(`/blobs/${digest.replace(':', '/')}`, this.origin);
    url.searchParams.set('X-Amz-Expires', expires);
    url.searchParams.set('X-Amz-Signature', this.#signature(digest, expires));
    return url.href;
  }

  answer({ method, url, request, violate }: Exchange): Answer {
    const { authorization, cookie, range } = request.headers;
    if (authorization !== undefined || cookie !== undefined) {
      violate('brings the registry login to its storage');
      return { status: 400, body: Buffer.from('<Error><Code>InvalidArgument</Code></Error>') };
    }
    if (method !== 'GET') {
      violate('is not the method that the address is signed for');
      return { status: 403, body: Buffer.from('<Error><Code>SignatureDoesNotMatch</Code></Error>') };
    }
    const digest = url.pathname.replace(/^\/blobs\//, '').replace('/', ':');
    const expires = url.searchParams.get('X-Amz-Expires') ?? '';
    const given = Buffer.from(url.searchParams.get('X-Amz-Signature') ?? '');
    const right = Buffer.from(this.#signature(digest, expires));
    if (given.length !== right.length || !timingSafeEqual(given, right)) {
      violate('has no valid signature');
      return { status: 403, body: Buffer.from('<Error><Code>SignatureDoesNotMatch</Code></Error>') };
    }
    if (Number(expires) * 1_000 < this.#now()) {
      return { status: 403, body: Buffer.from('<Error><Code>AccessDenied</Code></Error>') };
    }
    return rangeOf(this.#blobs.get(digest) ?? Buffer.alloc(0), range);
  }

  #signature(digest: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`GET ${digest} ${expires}`).digest('hex');
  }
}
