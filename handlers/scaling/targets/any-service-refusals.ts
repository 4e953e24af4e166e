import type { RefusalTable } from './refusal.ts';

/**
 * The errors that any service of AWS may answer with.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
 */
export const ANY_SERVICE_REFUSALS: RefusalTable = {
  AccessDenied: 'access',
  AccessDeniedException: 'access',
  AuthFailure: 'access',
  ExpiredToken: 'access',
  ExpiredTokenException: 'access',
  IncompleteSignature: 'access',
  IncompleteSignatureException: 'access',
  InvalidClientTokenId: 'access',
  InvalidSignatureException: 'access',
  MissingAuthenticationToken: 'access',
  MissingAuthenticationTokenException: 'access',
  NotAuthorized: 'access',
  OptInRequired: 'access',
  RequestExpired: 'access',
  SignatureDoesNotMatch: 'access',
  UnauthorizedOperation: 'access',
  UnrecognizedClientException: 'access',
  // The SDK's own: there is nothing to sign with, and nothing was sent.
  CredentialsProviderError: 'access',

  BandwidthLimitExceeded: 'throttling',
  PriorRequestNotComplete: 'throttling',
  RequestLimitExceeded: 'throttling',
  RequestThrottled: 'throttling',
  RequestThrottledException: 'throttling',
  SlowDown: 'throttling',
  ThrottledException: 'throttling',
  Throttling: 'throttling',
  ThrottlingException: 'throttling',
  TooManyRequestsException: 'throttling',

  InternalError: 'unknown',
  InternalFailure: 'unknown',
  RequestTimeout: 'unknown',
  RequestTimeoutException: 'unknown',
  ServiceUnavailable: 'unknown',
  ServiceUnavailableException: 'unknown',
};

/** Those that say that the role may not, and not that the credentials are no good. */
export const DENIALS: readonly string[] = [
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedOperation',
];
