import { formatImageSelector, type ImageSelector } from '../handlers/oci/image-selector.ts';
import type { PushedImage } from './release-image.ts';

/** What is to be released. */
export interface Release {
  readonly selector: ImageSelector;
  readonly image: PushedImage;
}

/** What the parameter says now. */
export interface PresentRelease {
  readonly selector: ImageSelector;
  readonly version: number;
  /** Undefined where the repository doesn't have it. */
  readonly image: PushedImage | undefined;
}

export type ReleaseDecision =
  | { readonly action: 'create'; readonly reason: 'missing' }
  | { readonly action: 'none'; readonly reason: 'unchanged' }
  | {
      readonly action: 'update';
      readonly reason: 'newer' | 'same image' | 'image gone' | 'older allowed';
    }
  | { readonly action: 'refuse'; readonly reason: 'older' };

/**
 * Whether the parameter is written. Ages are those of the digests in the repository, of an index its own: neither the
 * order of tags nor of version numbers counts.
 */
export function decideRelease(
  release: Release,
  present: PresentRelease | undefined,
  { allowOlder }: { readonly allowOlder: boolean },
): ReleaseDecision {
  if (present === undefined) return { action: 'create', reason: 'missing' };
  if (formatImageSelector(present.selector) === formatImageSelector(release.selector))
    return { action: 'none', reason: 'unchanged' };
  // What is gone can't run any more, so whatever is there is better.
  if (present.image === undefined) return { action: 'update', reason: 'image gone' };
  if (present.image.digest === release.image.digest) return { action: 'update', reason: 'same image' };
  if (!isOlder(release.image, present.image)) return { action: 'update', reason: 'newer' };
  return allowOlder ? { action: 'update', reason: 'older allowed' } : { action: 'refuse', reason: 'older' };
}

/** Whether it came into the repository before the other one; of two that came at the same time neither did. */
export function isOlder(image: PushedImage, other: PushedImage): boolean {
  return image.digest !== other.digest && image.pushedAt.getTime() < other.pushedAt.getTime();
}
