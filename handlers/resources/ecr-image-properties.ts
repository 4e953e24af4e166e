import { optional, type PropertiesOf, required, withDefault } from '../cloudformation/properties.ts';
import { arn, oneOf, text } from '../cloudformation/property-kinds.ts';
import { TAG } from '../oci/tag.ts';
import { imageSource, PLACEHOLDER } from './ecr-image-source.ts';
import { repositoryName } from './repository-name.ts';

/** The type's name in a template. */
export const ECR_IMAGE_TYPE = 'Custom::EcrImage';

/** The properties of Custom::EcrImage, in the order of its documentation. */
export const ecrImageSchema = {
  RepositoryName: required(
    repositoryName(),
    'A private repository of this account and Region. It carries the tag `deploytime=allow`, or the service property `RepositoryPattern` matches it.',
  ),
  Tag: withDefault(
    text(TAG, 'a tag: 1 to 128 letters, digits, "_", "." or "-", the first no "." or "-"'),
    'initial',
    'The tag that the repository shall have an image under.',
  ),
  Source: withDefault(
    imageSource(),
    PLACEHOLDER,
    'The image that is put where the tag has none: the placeholder, which the service brings along and which needs no other registry, or an image as `docker pull` takes it, with short names for Docker Hub.',
  ),
  SourceCredentials: optional(
    arn('secretsmanager', 'secret:'),
    'A Secrets Manager secret `{"registry": "…", "username": "…", "password": "…"}` that carries the tag `deploytime:source-credentials=true`; `registry` is the host of Source. A private ECR registry needs none: the role of the function is asked. With the placeholder it is refused: nobody would ask for it.',
  ),
  Platform: withDefault(
    oneOf('linux/amd64', 'linux/arm64', 'all'),
    'linux/amd64',
    'Whose image is taken where Source is an index. `all` keeps the index with everything in it.',
  ),
  UsedBy: withDefault(
    oneOf('any', 'lambda', 'ecs'),
    'any',
    'With `lambda`, an image that Lambda would refuse (an index, an artifact, layers that are not gzip) is refused here with the reason, also one that was there already when the resource is created.',
  ),
  OnExisting: withDefault(
    oneOf('keep', 'overwrite'),
    'keep',
    '`keep`: an image under the tag stays, unless this resource put it there and Source or Platform changed since. `overwrite`: Source is put there at each request, if it is another image.',
  ),
  OnDelete: withDefault(
    oneOf('placeholder', 'retain', 'delete'),
    'placeholder',
    'What a Delete removes. `placeholder`: the placeholder that this resource put there, also one of an earlier release of the service, while the tag has it. `delete`: whatever this resource put there, unless it has another tag. `retain`: nothing.',
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
