import { findImageValue } from './image-value.ts';
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
  for (let round = 0; round < MAX_RESTORATIONS && last.version > expected; round += 1) {
    const unseen = await parameter.find(signal, last.version - 1);
    // The request was repeated because its answer was lost.
    if (unseen?.value === last.release.value.text) break;
    overwritten = last.version - 1;
    const value = unseen === undefined ? undefined : findImageValue(unseen.value);
    const image = value === undefined ? undefined : await images.find(value, signal);
    if (allowOlder || value === undefined || image === undefined) break;
    if (!isOlder(last.release.image, image)) break;
    expected = last.version + 1;
    last = { release: { value, image }, version: await parameter.update(value.text, signal) };
  }
  return { overwritten, restored: last === written ? undefined : last };
}
