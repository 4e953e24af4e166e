import { optional, type PropertiesOf, required, withDefault } from '../cloudformation/properties.ts';
import {
  arn,
  imageReference,
  oneOf,
  type PropertyKind,
  refused,
  text,
} from '../cloudformation/property-kinds.ts';
import type { Reference } from '../oci/reference.ts';
import { repositoryName } from './repository-name.ts';

/** The type's name in a template. */
export const ECR_IMAGE_TYPE = 'Custom::EcrImage';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The properties of Custom::EcrImage, in the order of its documentation. */
export const ecrImageSchema = {
  RepositoryName: required(repositoryName(), 'A private repository of this account and Region.'),
  Tag: withDefault(
    text(TAG, 'a tag: 1 to 128 letters, digits, "_", "." or "-", the first no "." or "-"'),
    'initial',
    'The tag that the repository shall have an image under.',
  ),
  Source: required(
    sourceImage(),
    'The image that is copied where the tag has none. The placeholder of the contract is not part of this release.',
  ),
  SourceCredentials: optional(
    arn('secretsmanager', 'secret:'),
    'A Secrets Manager secret {"registry","username","password"} for the source, tagged deploytime:source-credentials=true.',
  ),
  Platform: withDefault(
    oneOf('linux/amd64', 'linux/arm64', 'all'),
    'linux/amd64',
    'The platform whose image is copied where the source is an index; `all` keeps the index.',
  ),
  UsedBy: withDefault(
    oneOf('any', 'lambda', 'ecs'),
    'any',
    'With `lambda` an image that Lambda would refuse is refused here, with the reason.',
  ),
  OnExisting: withDefault(
    oneOf('keep', 'overwrite'),
    'keep',
    'Whether an image under the tag stays. One that this resource put there gives way when Source or Platform changes.',
  ),
  OnDelete: withDefault(
    oneOf('placeholder', 'retain', 'delete'),
    'placeholder',
    'What a Delete removes: the untouched placeholder, nothing, or what this resource put there while it is untouched.',
  ),
};

export type EcrImageProperties = PropertiesOf<typeof ecrImageSchema>;

/** The attributes, for Fn::GetAtt. */
export const ECR_IMAGE_ATTRIBUTES = [
  'Tag',
  'Digest',
  'ImageUri',
  'TaggedImageUri',
  'RepositoryUri',
  'Origin',
] as const;

function sourceImage(): PropertyKind<Reference> {
  const reference = imageReference();
  return {
    ...reference,
    read: (given) =>
      given === 'placeholder'
        ? refused('the placeholder image is not part of this release; name an image, registry/repository:tag')
        : reference.read(given),
  };
}
