import {
  type ECR_IMAGE_ATTRIBUTES,
  ECR_IMAGE_TYPE,
  ecrImageSchema,
} from '../handlers/resources/ecr-image-properties.ts';
import type { ResourceTypeReference } from './resource-type.ts';

export const ecrImage: ResourceTypeReference<(typeof ECR_IMAGE_ATTRIBUTES)[number]> = {
  type: ECR_IMAGE_TYPE,
  name: 'ecr-image',
  schema: ecrImageSchema,
  common: { ServiceTimeout: 'It bounds the copy: 900 is enough.' },
  attributes: {
    Tag: 'the tag',
    Digest: '`sha256:…` of what the tag has',
    ImageUri: '`<repository URI>@<digest>`: use this one, it changes when the image does',
    TaggedImageUri: '`<repository URI>:<tag>`',
    RepositoryUri: '`<account>.dkr.ecr.<region>.amazonaws.com/<repository>`',
    Origin:
      "`placeholder` where it is one of this project's, of whichever release, told by its digest; `source` where this resource put it there (or Source names that very digest); `existing` where somebody else did",
  },
  errors: {
    InvalidRequest:
      'a property is wrong; SourceCredentials without a Source; with `UsedBy: lambda`, an image that Lambda would refuse',
    NotFound: 'the repository, the image that Source names, its platform, or the secret is not there',
    AccessDenied:
      'the repository lacks the tag `deploytime=allow`, the secret lacks its tag, or the registry is none of `AllowedSourceRegistries`, or refuses',
    InvalidCredentials: 'the source refuses the login, or the secret lacks one of its three fields',
    AlreadyExists: "the repository's tags are immutable, and the tag has another image",
    Throttling:
      'a registry asked to slow down for as long as there was time, as Docker Hub does without a login',
    ServiceLimitExceeded: 'a manifest over 4 MiB; the function was out of memory',
    NotStabilized: 'the copy was not done in time; what has arrived is not copied again',
    NetworkFailure: 'a registry was not reached, or broke off, also after retries',
    GeneralServiceException: 'the source sent content that is not what its digest says',
  },
};
