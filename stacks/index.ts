/*
 * What the package exports: `import { EcrImage } from 'deploytime'`. Everything else is its own and may change.
 */
export type { ImageCodeOptions } from './constructs/deployed-image.ts';
export {
  EcrImage,
  type EcrImageProps,
  type ImagePlatform,
  type ImageUser,
  type OnDeleteImage,
  type OnExistingImage,
} from './constructs/ecr-image.ts';
export { ImageTag, type ImageTagPlatform, type ImageTagProps } from './constructs/image-tag.ts';
export {
  type FingerprintOptions,
  LayerFingerprint,
  type LayerFingerprintProps,
} from './constructs/layer-fingerprint.ts';
export {
  type ClusterState,
  type OnDeleteScaling,
  type ScalingBounds,
  type ScalingCapacity,
  type ScalingScenario,
  type ScalingStep,
  ScheduledScaling,
  type ScheduledScalingProps,
} from './constructs/scheduled-scaling.ts';
export {
  type ScalableCluster,
  type ScalableService,
  ScalingTarget,
} from './constructs/scheduled-scaling-target.ts';
export type { ServiceInquiryProps, ServiceRequestProps } from './constructs/service-request.ts';
export { DeploytimeService, type DeploytimeServiceProps } from './deploytime-service.ts';
export type { FunctionCode } from './function-code.ts';
export type { FunctionNetwork } from './service-function.ts';
export { type FunctionName, type ProviderName, serviceTokenArn } from './service-name.ts';
export type { ServiceProperties } from './service-properties.ts';
export { ServiceStack, type ServiceStackProps } from './service-stack.ts';
export { VERSION } from './version.ts';
