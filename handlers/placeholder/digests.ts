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
    'linux/amd64': 'sha256:65207d4828fef95e0666ac5b3e86fd60f036fc8d680d6461b084387017002580',
    'linux/arm64': 'sha256:b300e0c9eee803fa961613b4462d3281608f8f7d6b1e0b6e3a00a070be698651',
    all: 'sha256:c8b98f18cd88f6175755df776b1b6af48dd63af25fd7263c74d01c3b30a167a3',
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
