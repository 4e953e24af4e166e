/** What the owner of a cluster or a service sets, so that it may be changed. */
export const PERMISSION_TAG = { key: 'deploytime:scaling', value: 'true' } as const;

/** The same, as it stands in a message. */
export const PERMISSION_TAG_WORDS = `the tag ${PERMISSION_TAG.key}=${PERMISSION_TAG.value}`;

/** On a replica that this service made: the id of the plan it was made for. */
export const OWNER_TAG_KEY = 'deploytime:plan';
