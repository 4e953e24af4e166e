/**
 * The grammar of a tag.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
