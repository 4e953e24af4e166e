import { type Digest, isDigest } from '../oci/digest.ts';

/** What the physical resource id of a Custom::EcrImage tells. */
export interface EcrImageId {
  readonly repositoryUri: string;
  readonly tag: string;
  /** The image that this resource put there; without it the tag had one already, which was kept. */
  readonly digest?: Digest;
}

/** `<repository URI>:<tag>@<digest>` or `<repository URI>:<tag>`. */
export function formatEcrImageId({ repositoryUri, tag, digest }: EcrImageId): string {
  return `${repositoryUri}:${tag}${digest === undefined ? '' : `@${digest}`}`;
}

/** Undefined for an id that is none of ours: CloudFormation makes one up where it never got an answer. */
export function parseEcrImageId(text: string): EcrImageId | undefined {
  const { repositoryUri, tag, digest } = ID.exec(text)?.groups ?? {};
  if (repositoryUri === undefined || tag === undefined) return undefined;
  if (digest === undefined) return { repositoryUri, tag };
  return isDigest(digest) ? { repositoryUri, tag, digest } : undefined;
}

const ID =
  /^(?<repositoryUri>[a-z0-9.-]+\/[a-z0-9._/-]+):(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:@(?<digest>.+))?$/;
