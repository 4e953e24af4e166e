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
    'linux/arm64': 'sha256:082c46ce8200d41c3bc6f8ff8e039064be76ac72da2b9143b03cbf9edf094eed',
    all: 'sha256:a2ec31166efa8f0bf424c6c7fc1f6d4e6abc3f6e173eaf21cce3245846d787f5',
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
