import type { RawProperties } from '../cloudformation/event.ts';
import { optional, type PropertiesOf, required, withDefault } from '../cloudformation/properties.ts';
import { accepted, oneOf, type PropertyKind, refused, text } from '../cloudformation/property-kinds.ts';
import { IMAGE_SELECTOR_SHAPE, type ImageSelector, readImageSelector } from '../oci/image-selector.ts';
import { parameterName } from './parameter-property.ts';
import { repositoryName } from './repository-name.ts';

/** The type's name in a template. */
export const IMAGE_TAG_TYPE = 'Custom::ImageTag';

/** The properties of Custom::ImageTag, in the order of its documentation. */
export const imageTagSchema = {
  ParameterName: required(
    parameterName(),
    'An SSM parameter of type String, by name or ARN; with `:3` or `:live` behind it a version or a label. Its value is a tag, a digest or `tag@sha256:…`. The parameter of another account is named by its ARN, once it is shared with this one. The service property `ParameterPattern` may narrow what can be read.',
  ),
  Default: optional(
    imageSelector(),
    'What is answered while there is no such parameter. Without it a missing parameter fails the request.',
  ),
  RepositoryName: optional(
    repositoryName(),
    'A private repository of this Region. The image must be in it, and its digest is answered. Without it nothing is looked for, and the URIs of the image are empty.',
  ),
  RegistryId: optional(
    text(/^[0-9]{12}$/, 'the 12 digits of an AWS account'),
    'The account that the repository is in, where it is not the one of the stack. The service property `ReadableRegistries` names its registry, and the policy of the repository allows the role of `deploytime-image-tag` `ecr:BatchGetImage`.',
  ),
  Platform: optional(
    oneOf('linux/amd64', 'linux/arm64'),
    'Where the image is an index, the digest of the image of this platform is answered; a single image is not looked into. Without it, the digest of the index.',
  ),
  UsedBy: withDefault(
    oneOf('any', 'lambda', 'ecs'),
    'any',
    'With `lambda`, an image that Lambda would refuse (an index, an artifact, layers that are not gzip) is refused here with the reason; it needs RepositoryName.',
  ),
};

export type ImageTagProperties = PropertiesOf<typeof imageTagSchema>;

/** What says something of an image, and needs the repository that the image is in. */
const OF_A_REPOSITORY = ['RegistryId', 'Platform'] as const;

export function imageTagRules(given: RawProperties): readonly string[] {
  if (given.RepositoryName !== undefined) return [];
  const unfounded = [
    ...OF_A_REPOSITORY.filter((name) => given[name] !== undefined),
    // A check that was asked for is not left out in silence. The other users ask for none.
    ...(given.UsedBy === 'lambda' ? ['UsedBy lambda'] : []),
  ];
  return unfounded.map((what) => `${what} needs RepositoryName: without it no image is looked for`);
}

/** The attributes, for Fn::GetAtt. */
export const IMAGE_TAG_ATTRIBUTES = [
  'Tag',
  'Digest',
  'ImageUri',
  'TaggedImageUri',
  'ResolvedFrom',
  'ParameterVersion',
] as const;

/** A property's text is no secret of a parameter's: it may be shown. */
function imageSelector(): PropertyKind<ImageSelector> {
  return {
    allowed: IMAGE_SELECTOR_SHAPE,
    read: (given) => {
      if (typeof given !== 'string') return refused();
      const reading = readImageSelector(given);
      if (reading.ok) return accepted(reading.selector);
      const shown = JSON.stringify(given.length > MAX_SHOWN ? `${given.slice(0, MAX_SHOWN)}…` : given);
      return refused(`${shown} ${reading.because}; allowed is ${IMAGE_SELECTOR_SHAPE}`);
    },
  };
}

/** In characters. */
const MAX_SHOWN = 300;
