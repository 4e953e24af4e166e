import {
  type IMAGE_TAG_ATTRIBUTES,
  IMAGE_TAG_TYPE,
  imageTagSchema,
} from '../handlers/resources/image-tag-properties.ts';
import type { ResourceTypeReference } from './resource-type.ts';

export const imageTag: ResourceTypeReference<(typeof IMAGE_TAG_ATTRIBUTES)[number]> = {
  type: IMAGE_TAG_TYPE,
  name: 'image-tag',
  schema: imageTagSchema,
  common: {
    ServiceTimeout: 'It bounds the wait for SSM and ECR where they throttle: 300 is enough.',
    DeploymentId: 'Without it a release is seen only where another property changes.',
  },
  attributes: {
    Tag: 'the tag; empty where the value is a digest alone',
    Digest:
      "`sha256:…` of the image in the repository. Without RepositoryName the value's own digest, empty where it has none",
    ImageUri:
      '`<repository URI>@<digest>`: use this one, it changes when the image does; empty without RepositoryName',
    TaggedImageUri: '`<repository URI>:<tag>`; empty without RepositoryName or a tag',
    ResolvedFrom: '`parameter` or `default`',
    ParameterVersion: 'the version of the parameter that was read; empty for Default',
  },
  errors: {
    InvalidRequest:
      'a property is wrong; the parameter holds no selector, or is no String; an ARN of another Region; with `UsedBy: lambda`, an image that Lambda would refuse',
    NotFound: 'no parameter and no Default; no such version or label; no image, platform or repository',
    AccessDenied:
      "`ParameterPattern` leaves the parameter out, it is not shared, or the other account's repository does not let the role in",
    Throttling: 'SSM (40 calls a second for a whole account and Region) or ECR had no time for it',
    NotStabilized: 'it was not answered until ServiceTimeout was over',
    NetworkFailure: 'SSM or ECR was not reached, also after retries',
  },
};
