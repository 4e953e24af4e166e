import { createHash } from 'node:crypto';

/** Bytes with their media type, under the digest that names them. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** A descriptor, as manifests hold it. */
export interface ContentDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export function content(mediaType: string, bytes: Buffer): Content {
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** A JSON document, indented as Docker's tools write it: whoever parses it and writes it anew has another digest. */
export function jsonContent(mediaType: string, document: unknown): Content {
  return content(mediaType, Buffer.from(JSON.stringify(document, undefined, 3)));
}

export function descriptorOf({ mediaType, digest, bytes }: Content): ContentDescriptor {
  return { mediaType, digest, size: bytes.length };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
