import { refused } from './path.ts';
import type { ZipDirectory } from './zip-directory.ts';
import type { ZipEntry } from './zip-entry.ts';

/** What is read together: small entries that are neighbours, or a large one alone, in chunks. */
export type Stretch =
  | {
      readonly kind: 'small';
      readonly start: number;
      readonly end: number;
      readonly entries: readonly PlacedEntry[];
    }
  | { readonly kind: 'large'; readonly placed: PlacedEntry };

/** An entry, and where the room for it ends. */
export interface PlacedEntry {
  readonly entry: ZipEntry;
  /** Where the next entry or the directory begins. */
  readonly end: number;
}

/** A local header's fixed part. */
export const LOCAL_HEADER_BYTES = 30;
/** With the longest name and the longest extra fields that it can have. */
export const MAX_LOCAL_HEADER_BYTES = LOCAL_HEADER_BYTES + 2 * 0xffff;

/** What is read and inflated in one go: large enough that its costs don't count, small enough for a few at a time. */
const STRETCH_BYTES = 512 * 1024;
const STRETCH_EXPANDED_BYTES = 2 * 1024 * 1024;

/**
 * Gives every entry the room up to the next one.
 * @throws ProviderError `InvalidRequest` where two share bytes: so a few kilobytes pretend to be gigabytes.
 * @see https://www.bamsoftware.com/hacks/zipbomb/
 */
export function placeEntries({ entries, offset: directory }: ZipDirectory): PlacedEntry[] {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  return sorted.map((entry, index) => {
    const end = Math.min(sorted[index + 1]?.offset ?? directory, directory);
    if (entry.offset + LOCAL_HEADER_BYTES + entry.nameBytes.length + entry.compressedBytes > end) {
      throw overlapping(entry);
    }
    return { entry, end };
  });
}

export function overlapping({ path }: ZipEntry): Error {
  return refused(path, 'shares its bytes with what comes after it in the archive; every entry needs its own');
}

/** @param placed In the order of the archive. */
export function* stretchesOf(placed: readonly PlacedEntry[]): Generator<Stretch> {
  let entries: PlacedEntry[] = [];
  let expanded = 0;
  for (const next of placed) {
    const { expandedBytes, compressedBytes } = next.entry;
    const isLarge = expandedBytes > STRETCH_EXPANDED_BYTES || compressedBytes > STRETCH_BYTES;
    const first = entries[0] ?? next;
    const isFull =
      expanded + expandedBytes > STRETCH_EXPANDED_BYTES || endOf(next) - first.entry.offset > STRETCH_BYTES;
    if (entries.length > 0 && (isLarge || isFull)) {
      yield stretchOf(entries);
      entries = [];
      expanded = 0;
    }
    if (isLarge) {
      yield { kind: 'large', placed: next };
    } else {
      entries.push(next);
      expanded += expandedBytes;
    }
  }
  if (entries.length > 0) yield stretchOf(entries);
}

function stretchOf(entries: readonly PlacedEntry[]): Stretch {
  const [first, last] = [entries[0], entries.at(-1)];
  const start = first?.entry.offset ?? 0;
  const end = last === undefined ? start : endOf(last);
  return { kind: 'small', start, end, entries };
}

/** Not further than its content can reach: what else stands before the next entry is not read. */
function endOf({ entry, end }: PlacedEntry): number {
  return Math.min(end, entry.offset + MAX_LOCAL_HEADER_BYTES + entry.compressedBytes);
}
