import { createHash } from 'node:crypto';
import { ProviderError } from '../errors.ts';

/**
 * A content digest, `sha256:` and 64 hexadecimal digits in lower case. The image specification registers sha512
 * too; Amazon ECR, the destination of every copy, knows sha256 alone, so that is all this service takes.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && DIGEST.test(text);
}

/** @throws ProviderError `InvalidRequest` for anything but a sha256 digest. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new ProviderError(
    'InvalidRequest',
    `"${text}" is no digest: sha256: and 64 hexadecimal digits in lower case are allowed`,
  );
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
