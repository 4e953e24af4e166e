import { createHash } from 'node:crypto';
import type { LayerEntry } from './entry.ts';

declare const brand: unique symbol;

/** What a layer contains, as SHA-256: 64 hexadecimal digits in lower case. docs/layer-fingerprint.md tells how it is made. */
export type Fingerprint = string & { readonly [brand]: 'Fingerprint' };

/** The hash's input begins with it. Another way to hash gets another version, and so never the same hash. */
const HEADING = 'deploytime-layer-fingerprint-v1\n';
const FINGERPRINT = /^[0-9a-f]{64}$/;

export function isFingerprint(text: unknown): text is Fingerprint {
  return typeof text === 'string' && FINGERPRINT.test(text);
}

/**
 * Hashes entries, in whatever order they come:
 *
 *     input := "deploytime-layer-fingerprint-v1\n" { kind NUL path NUL value NUL }
 *     kind  := "file" | "executable" | "symlink"
 *     value := SHA-256 of the content in hexadecimal | target of the symlink
 *
 * sorted by the bytes of the path. No part can hold a NUL, so that no two layers have the same input.
 * @param entries No two of the same path.
 */
export function fingerprintOf(entries: readonly LayerEntry[]): Fingerprint {
  const hash = createHash('sha256').update(HEADING);
  for (const entry of sortedByPath(entries)) hash.update(encode(entry));
  return hash.digest('hex') as Fingerprint;
}

function encode(entry: LayerEntry): string {
  switch (entry.kind) {
    case 'file':
      return `${entry.isExecutable ? 'executable' : 'file'}\0${entry.path}\0${entry.sha256}\0`;
    case 'symlink':
      return `symlink\0${entry.path}\0${entry.target}\0`;
  }
}

/** By UTF-8 bytes. JavaScript's own order is by UTF-16 units, which differs beyond the Basic Multilingual Plane. */
export function sortedByPath(entries: readonly LayerEntry[]): LayerEntry[] {
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry.path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);
}
