import type { Digest } from '../oci/digest.ts';

/** The digests of one placeholder: of each platform's image, and of the index of all. */
export interface PlaceholderDigests {
  /** The placeholder's own version, not that of the release it came with. */
  readonly version: string;
  readonly 'linux/amd64': Digest;
  readonly 'linux/arm64': Digest;
  readonly all: Digest;
}

/**
 * Every placeholder that a release ever had, the present one last. By this list `Origin: placeholder` is told and
 * `OnDelete: placeholder` removes, for as long as a repository may have one: entries are added, and never changed or
 * taken out once they were released.
 */
export const PLACEHOLDERS: readonly PlaceholderDigests[] = [
  {
    version: '1',
    'linux/amd64': 'sha256:8549da3d450d08f7da0365e54667649c4f643fccaa67632d0f99eedd79651b41',
    'linux/arm64': 'sha256:7e1f9192e38a3e65e527bad13c72cd2c7010e1eaa8207f9a28a1cb5b7dc1cbb4',
    all: 'sha256:8c0c855dafd9aa9a97568e7a6bd92af23e1abe406a077aba5348fd2555037ef9',
  },
];

/** All of these digests. */
export const PLACEHOLDER_DIGESTS: ReadonlySet<Digest> = new Set(
  PLACEHOLDERS.flatMap((placeholder) => [
    placeholder['linux/amd64'],
    placeholder['linux/arm64'],
    placeholder.all,
  ]),
);
