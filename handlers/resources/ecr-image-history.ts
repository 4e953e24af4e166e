import type { UpdateRequest } from '../cloudformation/event.ts';
import { findProperty } from '../cloudformation/properties.ts';
import type { Digest } from '../oci/digest.ts';
import {
  type EcrImageId,
  fingerprint,
  fingerprintOfAsked,
  formatEcrImageId,
  type ImageBefore,
  parseEcrImageId,
} from './ecr-image-id.ts';
import { type EcrImageProperties, ecrImageSchema } from './ecr-image-properties.ts';

/** Where an image is asked for. */
export interface Place {
  readonly repositoryUri: string;
  readonly tag: string;
}

/** What the physical id and the former properties tell about an Update. Pure. */
export interface History {
  /** What this resource put at this place, if it did. */
  readonly ours: Digest | undefined;
  /** Another image is asked for than the one it put there. */
  readonly sourceChanged: boolean;
  /**
   * The image that these properties were answered with before, where they are asked for again: in a rollback, which
   * is an Update back to the former properties.
   */
  readonly answeredBefore: Digest | undefined;
  /** An image at this place, for this user, was accepted before: what has become of it is no reason to fail. */
  readonly wasAccepted: boolean;
  /** The id for an answer. @param isOurs This resource put the image there, now or earlier. */
  readonly idOf: (digest: Digest, isOurs: boolean) => string;
}

/** A Create's: nothing was before. */
export function noHistory(place: Place, properties: EcrImageProperties): History {
  const asked = fingerprintOfAsked(properties);
  return {
    ours: undefined,
    sourceChanged: false,
    answeredBefore: undefined,
    wasAccepted: false,
    idOf: (digest, isOurs) => formatEcrImageId({ ...place, ...(isOurs && { digest, asked }) }),
  };
}

export function historyOf(request: UpdateRequest, place: Place, properties: EcrImageProperties): History {
  const { physicalResourceId, oldProperties } = request;
  const id = parseEcrImageId(physicalResourceId);
  if (id === undefined) return noHistory(place, properties);

  const asked = fingerprintOfAsked(properties);
  const askedBefore = askedIn(oldProperties);
  const isSamePlace = id.repositoryUri === place.repositoryUri && id.tag === place.tag;
  const before = id.before?.place === fingerprintOf(place) ? id.before : undefined;
  const isReturn = before?.asked === asked && !(isSamePlace && id.asked === asked);
  const put = isSamePlace ? id : before;
  const wasUsedBy = findProperty('UsedBy', ecrImageSchema.UsedBy, oldProperties);

  return {
    ours: put?.digest,
    // Where the id was not told what it is the answer to, the properties before are all there is to go by.
    sourceChanged: put?.digest !== undefined && asked !== (put.asked ?? askedBefore) && asked !== askedBefore,
    answeredBefore: isReturn ? before.digest : undefined,
    wasAccepted: before !== undefined || (isSamePlace && wasUsedBy === properties.UsedBy),
    idOf: (digest, isOurs) => {
      // An id that says the same is given back as it was received: another one would be a replacement.
      if (isSamePlace && id.digest === (isOurs ? digest : undefined)) return physicalResourceId;
      if (before?.digest === digest && isOurs) {
        return formatEcrImageId({ ...place, digest, asked: before.asked });
      }
      const remembered = beforeOf(id);
      return formatEcrImageId({
        ...place,
        ...(isOurs && { digest, asked }),
        ...(remembered && { before: remembered }),
      });
    },
  };
}

/** What the next id remembers of this one: the image that it put, or else the one that it remembered itself. */
function beforeOf(id: EcrImageId): ImageBefore | undefined {
  if (id.digest === undefined || id.asked === undefined) return id.before;
  return {
    repository: fingerprint(id.repositoryUri),
    place: fingerprintOf(id),
    digest: id.digest,
    asked: id.asked,
  };
}

function fingerprintOf({ repositoryUri, tag }: Place): string {
  return fingerprint(`${repositoryUri}:${tag}`);
}

/** Undefined where the former properties can't be read: they were right for an earlier release. */
function askedIn(properties: UpdateRequest['oldProperties']): string | undefined {
  const Source = findProperty('Source', ecrImageSchema.Source, properties);
  const Platform = findProperty('Platform', ecrImageSchema.Platform, properties);
  return Source && Platform && fingerprintOfAsked({ Source, Platform });
}
