import { createCipheriv, createHash } from 'node:crypto';

/** Bytes without any pattern, which no compression makes smaller: the same for the same seed, on every machine. */
export function seededBytes(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
