import { optional, type PropertiesOf, required, withDefault } from '../cloudformation/properties.ts';
import { arn, oneOf, text } from '../cloudformation/property-kinds.ts';
import { TAG } from '../oci/tag.ts';
import { imageSource, PLACEHOLDER } from './ecr-image-source.ts';
import { repositoryName } from './repository-name.ts';

/** The type's name in a template. */
export const ECR_IMAGE_TYPE = 'Custom::EcrImage';

/** The properties of Custom::EcrImage, in the order of its documentation. */
export const ecrImageSchema = {
  RepositoryName: required(repositoryName(), 'A private repository of this account and Region.'),
  Tag: withDefault(
    text(TAG, 'a tag: 1 to 128 letters, digits, "_", "." or "-", the first no "." or "-"'),
    'initial',
    'The tag that the repository shall have an image under.',
  ),
  Source: withDefault(
    imageSource(),
    PLACEHOLDER,
    'The image that is put where the tag has none: a reference, or the placeholder, which this service brings along.',
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
