/**
 * The error codes this service answers with: CloudFormation's own handler error codes, as far as we need them.
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
export const ERROR_CODES = [
  /** A property, or what it names, is not what the contract allows. The caller can mend it. */
  'InvalidRequest',
  /** The role of this service may not do it, here or at a registry. */
  'AccessDenied',
  /** Credentials for a source are missing, malformed or refused. */
  'InvalidCredentials',
  /** A repository, an image, a platform or a secret is not there. */
  'NotFound',
  /** It is there already and can't be changed, e.g. a tag in an immutable repository. */
  'AlreadyExists',
  /** The other side asked us to slow down, and went on asking. */
  'Throttling',
  /** A quota or one of our own named bounds. */
  'ServiceLimitExceeded',
  /** It was started and did not come to its end in time. */
  'NotStabilized',
  /** The other side was not reached, or broke off. */
  'NetworkFailure',
  /** The other side answered something it should not. */
  'GeneralServiceException',
  /** Our own fault. */
  'InternalFailure',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A failure that a user reads: in the stack's events, as the reason of a resource that failed.
 * The message is one sentence or two that say what was wrong, the value, and what is allowed;
 * it never holds a secret, a URL's query or a stack trace.
 */
export class ProviderError extends Error {
  override readonly name: string = 'ProviderError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
