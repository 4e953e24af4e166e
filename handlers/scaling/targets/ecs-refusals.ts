import type { RefusalTable } from './refusal.ts';

/**
 * What UpdateService's errors mean.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export const ECS_REFUSALS: RefusalTable = {
  ClusterNotFoundException: 'not-found',
  // Deleted, and perhaps still draining.
  ServiceNotActiveException: 'not-found',
  ServiceNotFoundException: 'not-found',

  AccessDeniedException: 'access',

  ClientException: 'invalid',
  InvalidParameterException: 'invalid',
  NamespaceNotFoundException: 'invalid',
  PlatformTaskDefinitionIncompatibilityException: 'invalid',
  PlatformUnknownException: 'invalid',
  UnsupportedFeatureException: 'invalid',

  ServerException: 'unknown',
};

/**
 * What RegisterScalableTarget's errors mean.
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export const AUTO_SCALING_REFUSALS: RefusalTable = {
  // Sent with the status 500, and yet a clear answer: another change of the same target is under way.
  ConcurrentUpdateException: 'state',
  FailedResourceAccessException: 'access',
  InternalServiceException: 'unknown',
  LimitExceededException: 'quota',
  ObjectNotFoundException: 'not-found',
  ValidationException: 'invalid',
};
