/** What the local run tells of the service, one resource type each; `--only` picks some. */
export const STORIES = ['images', 'tags', 'layers', 'scaling'] as const;
export type Story = (typeof STORIES)[number];
