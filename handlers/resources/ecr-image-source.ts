import type { RawProperties } from '../cloudformation/event.ts';
import { accepted, imageReference, type PropertyKind } from '../cloudformation/property-kinds.ts';
import { formatReference, type Reference } from '../oci/reference.ts';

/** The image that this project ships, as a template names it. */
export const PLACEHOLDER = 'placeholder';

/** Where the image comes from that is put under a tag without one. */
export type ImageSource = Reference | typeof PLACEHOLDER;

/** `placeholder`, or an image reference; the image of that name in Docker Hub is `placeholder:latest`. */
export function imageSource(): PropertyKind<ImageSource> {
  const reference = imageReference();
  return {
    allowed: `${PLACEHOLDER}, or ${reference.allowed}`,
    read: (given) => (given === PLACEHOLDER ? accepted(given) : reference.read(given)),
  };
}

/** As a template may write it; a reference with nothing left out. */
export function formatSource(source: ImageSource): string {
  return source === PLACEHOLDER ? PLACEHOLDER : formatReference(source);
}

/** A login is for a registry. Whoever gives one means an image there, and would wait for it in vain. */
export function ecrImageRules({ Source, SourceCredentials }: RawProperties): readonly string[] {
  if (SourceCredentials === undefined || (Source !== undefined && Source !== PLACEHOLDER)) return [];
  const state = Source === undefined ? 'is not given, which means the placeholder' : 'is placeholder';
  return [
    `SourceCredentials is given, and Source ${state}: that image is part of the service and needs no login; name an image of the registry as Source, or leave SourceCredentials out`,
  ];
}
