import { formatImageSelector, readImageSelector } from '../handlers/oci/image-selector.ts';
import { isOlder, type Release } from './release-decision.ts';
import type { ReleaseImages } from './release-image.ts';
import type { ReleaseParameter } from './release-parameter.ts';

/** A release as it was written. */
export interface WrittenRelease {
  readonly release: Release;
  readonly version: number;
}

/** How a write turned out. */
export interface Settlement {
  /** Somebody else's version that was overwritten unseen; undefined where there was none. */
  readonly overwritten: number | undefined;
  /** What was put back because it is newer than what was written. */
  readonly restored: WrittenRelease | undefined;
}

/** How often something newer is put back, each time over something else that came in between. */
const MAX_RESTORATIONS = 5;
/** More than the tries of one call. */
const MAX_REPEATED_WRITES = 10;

/**
 * Looks at a write once more. PutParameter can't be bound to what was read before, but it tells the new version's
 * number: where that is not the next one, somebody wrote in between. What they wrote is put back if it is the newer
 * image, so that the newest one stays, whoever writes last.
 * @param readVersion The version that was read before the write; 0 where there was none.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export async function settle(
  written: WrittenRelease,
  readVersion: number,
  options: {
    readonly images: ReleaseImages;
    readonly parameter: ReleaseParameter;
    readonly allowOlder: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Settlement> {
  const { images, parameter, allowOlder, signal } = options;
  let last = written;
  let expected = readVersion + 1;
  let overwritten: number | undefined;
  for (let round = 0; round < MAX_RESTORATIONS; round += 1) {
    const unseen = await findUnseen(parameter, { last, expected, signal });
    if (unseen === undefined) break;
    overwritten = unseen.version;
    const reading = unseen.value === undefined ? undefined : readImageSelector(unseen.value);
    if (allowOlder || !reading?.ok) break;
    const { selector } = reading;
    const image = await images.find(selector, signal);
    if (image === undefined || !isOlder(last.release.image, image)) break;
    expected = last.version + 1;
    const version = await parameter.update(formatImageSelector(selector), signal);
    last = { release: { selector, image }, version };
  }
  return { overwritten, restored: last === written ? undefined : last };
}

/**
 * The last version between what was read and what was written that somebody else wrote. Our own value is there twice
 * where a request was repeated because its answer was lost.
 */
async function findUnseen(
  parameter: ReleaseParameter,
  range: { readonly last: WrittenRelease; readonly expected: number; readonly signal: AbortSignal },
): Promise<{ readonly version: number; readonly value: string | undefined } | undefined> {
  const { last, expected, signal } = range;
  const ours = formatImageSelector(last.release.selector);
  const first = Math.max(expected, last.version - MAX_REPEATED_WRITES);
  for (let version = last.version - 1; version >= first; version -= 1) {
    const found = await parameter.find(signal, version);
    if (found?.value !== ours) return { version, value: found?.value };
  }
  return undefined;
}
