import { type Digest, isDigest } from '../handlers/oci/digest.ts';

/** What a released parameter holds: `<tag>`, `sha256:…`, or `<tag>@sha256:…`. */
export interface ImageValue {
  readonly text: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Undefined for any other text, also with white space around it. */
export function findImageValue(text: string): ImageValue | undefined {
  if (isDigest(text)) return { text, digest: text };
  const [tag = '', digest, ...more] = text.split('@');
  if (!TAG.test(tag) || more.length > 0) return undefined;
  if (digest === undefined) return { text, tag };
  return isDigest(digest) ? { text, tag, digest } : undefined;
}
