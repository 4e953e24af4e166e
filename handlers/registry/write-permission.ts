/** What a repository's owner does so that this service may write to it: the hint in each refusal to write. */
export const WRITE_PERMISSION =
  "the repository must carry the tag deploytime=allow, or the service stack's RepositoryPattern must match it";
