import { formatImageSelector } from '../handlers/oci/image-selector.ts';
import type { PresentRelease } from './release-decision.ts';
import type { TagOutcome } from './tag.ts';

/** What `deploytime tag --json` prints. The fields are for ever; others may join them. */
export interface TagDocument {
  readonly parameter: string;
  readonly repository: string;
  /** `none` where the parameter had the value already. */
  readonly action: 'create' | 'update' | 'none';
  readonly reason: string;
  /** False where nothing had to be, and in a dry run. */
  readonly written: boolean;
  readonly value: string;
  /** Null where there was none, or where it names no image of the repository: then it may be anything. */
  readonly formerValue: string | null;
  /** The parameter's version now; null where it isn't there yet. */
  readonly version: number | null;
  readonly image: { readonly digest: string; readonly pushedAt: string; readonly mediaType: string };
  /** The number of somebody else's version that was overwritten unseen; null where there is none. */
  readonly overwrittenVersion: number | null;
}

export function tagDocument(
  outcome: TagOutcome,
  place: { readonly parameter: string; readonly repository: string },
): TagDocument {
  const { decision, release, former, version, isWritten, overwritten } = outcome;
  const { digest, pushedAt, mediaType } = release.image;
  return {
    ...place,
    action: decision.action,
    reason: decision.reason,
    written: isWritten,
    value: formatImageSelector(release.selector),
    formerValue: former?.image === undefined ? null : formatImageSelector(former.selector),
    version: version ?? null,
    image: { digest, pushedAt: pushedAt.toISOString(), mediaType },
    overwrittenVersion: overwritten ?? null,
  };
}

/** The same as a line for people. */
export function tagLine(outcome: TagOutcome, parameter: string): string {
  const { decision, release, former, version, isWritten } = outcome;
  const { digest, pushedAt } = release.image;
  const image = `image ${digest} pushed ${pushedAt.toISOString()}`;
  const value = formatImageSelector(release.selector);
  if (decision.action === 'none') return `${parameter}: ${value} already (version ${version}), ${image}`;
  const created = isWritten ? 'created with' : 'would be created with';
  const from = former === undefined ? `${created} ` : `${formerText(former)} → `;
  const end = isWritten ? `version ${version}` : 'dry run: nothing was written';
  return `${parameter}: ${from}${value} (${end}), ${image}`;
}

/** A value that names no image may be a secret in the wrong place, so it is told by its length alone. */
function formerText({ selector, image }: PresentRelease): string {
  const text = formatImageSelector(selector);
  return image === undefined ? `a value of ${text.length} characters` : text;
}

/** What a person should know besides. */
export function tagNotes(
  { decision, release, former, overwritten }: TagOutcome,
  repository: string,
): string[] {
  const notes: string[] = [];
  if (decision.reason === 'image gone') {
    notes.push(`what the parameter named is not in ${repository}, so ages could not be compared`);
  }
  if (decision.reason === 'same image') notes.push('it is the same image under another name');
  if (decision.reason === 'older allowed') {
    notes.push(
      `${formatImageSelector(release.selector)} is older than ${former && formatImageSelector(former.selector)} (pushed ${former?.image?.pushedAt.toISOString()})`,
    );
  }
  if (overwritten !== undefined) {
    notes.push(`somebody else wrote version ${overwritten} at the same time, and it was overwritten`);
  }
  return notes;
}
