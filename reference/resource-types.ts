import { ecrImage } from './ecr-image.ts';
import { imageTag } from './image-tag.ts';
import { layerFingerprint } from './layer-fingerprint.ts';
import type { ResourceTypeReference } from './resource-type.ts';
import { scheduledScaling } from './scheduled-scaling.ts';

/** Every resource type, in the order of the documentation. */
export const resourceTypes: readonly ResourceTypeReference[] = [
  ecrImage,
  imageTag,
  layerFingerprint,
  scheduledScaling,
];
