/** What the owner of a cluster or a service sets, so that it may be changed. */
export const PERMISSION_TAG = { key: 'deploytime:scaling', value: 'true' } as const;

/** On a replica that this service made: the id of the plan it made it for. */
export const OWNER_TAG_KEY = 'deploytime:plan';

/** As it stands in a message: `the tag deploytime:scaling=true`. */
export const PERMISSION_TAG_WORDS = `the tag ${PERMISSION_TAG.key}=${PERMISSION_TAG.value}`;
