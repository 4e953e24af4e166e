import { randomBytes } from 'node:crypto';

/** How long ECR's tokens hold. */
const TOKEN_SECONDS = 12 * 60 * 60;

/**
 * The passwords that an ECR registry takes from the user `AWS`: the API gives them out, the registry checks them.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 */
export class EcrTokens {
  readonly #expiry = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param seconds Its lifetime. Default: 12 hours. */
  issue(seconds: number = TOKEN_SECONDS): { readonly password: string; readonly expiresAt: Date } {
    const password = randomBytes(48).toString('base64url');
    const expiresAt = this.#now() + seconds * 1_000;
    this.#expiry.set(password, expiresAt);
    return { password, expiresAt: new Date(expiresAt) };
  }

  check(password: string): 'valid' | 'expired' | 'unknown' {
    const expiresAt = this.#expiry.get(password);
    if (expiresAt === undefined) return 'unknown';
    return expiresAt > this.#now() ? 'valid' : 'expired';
  }

  /** From now on every token that was given out is refused as expired. */
  expireAll(): void {
    for (const password of this.#expiry.keys()) this.#expiry.set(password, 0);
  }
}
