import { createHash } from 'node:crypto';
import type { Attributes } from '../cloudformation/response.ts';
import type { Environment } from '../environment.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { isTag } from '../oci/image-selector.ts';
import type { AnswerCodec } from './answer-memory.ts';
import type { ImageTagProperties } from './image-tag-properties.ts';

/** What a Custom::ImageTag was answered with, as far as the properties don't tell it. */
export interface ImageTagAnswer {
  /** Undefined where the parameter holds a digest alone. */
  readonly tag?: string;
  /** Of the image in the repository; without a repository the value's own, if it has one. */
  readonly digest?: Digest;
  /** Undefined where Default was answered. */
  readonly parameterVersion?: number;
  /** A fingerprint of the repository that has the image. */
  readonly repository?: string;
}

/**
 * Writes `tag/digest/version/repository`, where what is not there is empty: 228 characters at most.
 * No tag holds a slash.
 */
export const imageTagCodec: AnswerCodec<ImageTagAnswer> = {
  prefix: 'image-tag',
  encode: ({ tag = '', digest = '', parameterVersion = '', repository = '' }) =>
    [tag, digest.slice(DIGEST_PREFIX.length), parameterVersion, repository].join('/'),
  decode: (text) => {
    const { tag, hex, version, repository } = ENCODED.exec(text)?.groups ?? {};
    if (tag === undefined || (tag !== '' && !isTag(tag))) return undefined;
    const digest = `${DIGEST_PREFIX}${hex}`;
    return {
      ...(tag && { tag }),
      ...(isDigest(digest) && { digest }),
      ...(version && { parameterVersion: Number(version) }),
      ...(repository && { repository }),
    };
  },
};

const DIGEST_PREFIX = 'sha256:';
const FINGERPRINT_LENGTH = 12;
const ENCODED = new RegExp(
  `^(?<tag>[^/]*)/(?<hex>(?:[0-9a-f]{64})?)/(?<version>[0-9]{0,15})/(?<repository>(?:[0-9a-f]{${FINGERPRINT_LENGTH}})?)$`,
);

/** Where an account's registry is. */
export type RegistryPlace = Pick<Environment, 'accountId' | 'region' | 'urlSuffix'>;

/** `<account>.dkr.ecr.<region>.<suffix>/<repository>`; undefined where no repository is named. */
export function repositoryUriOf(properties: ImageTagProperties, place: RegistryPlace): string | undefined {
  const { RepositoryName, RegistryId = place.accountId } = properties;
  if (RepositoryName === undefined) return undefined;
  return `${RegistryId}.dkr.ecr.${place.region}.${place.urlSuffix}/${RepositoryName}`;
}

/** What an answer holds of its repository; empty where there is none. */
export function repositoryMark(repositoryUri: string | undefined): Pick<ImageTagAnswer, 'repository'> {
  if (repositoryUri === undefined) return {};
  return {
    repository: createHash('sha256').update(repositoryUri).digest('hex').slice(0, FINGERPRINT_LENGTH),
  };
}

/** All of them, always: an attribute that is missing fails whoever asks for it. */
export function attributesOf(answer: ImageTagAnswer, repositoryUri: string | undefined): Attributes {
  const { tag, digest, parameterVersion } = answer;
  const hasRepository = repositoryUri !== undefined;
  return {
    Tag: tag ?? '',
    Digest: digest ?? '',
    ImageUri: hasRepository && digest !== undefined ? `${repositoryUri}@${digest}` : '',
    TaggedImageUri: hasRepository && tag !== undefined ? `${repositoryUri}:${tag}` : '',
    ResolvedFrom: parameterVersion === undefined ? 'default' : 'parameter',
    ParameterVersion: parameterVersion?.toString() ?? '',
  };
}
