/** How the command ends, by what stood in its way. The numbers are for ever: pipelines test for them. */
export const EXIT_CODES = {
  /** What no other code says: a fault of this program, or an answer of AWS that it doesn't know. */
  Unexpected: 1,
  /** An option or an argument that can't be used. */
  Usage: 2,
  /** The image is not in the repository, or was not there in time. */
  ImageNotFound: 3,
  /** The parameter names a newer image. */
  OlderImage: 4,
  /** There are no credentials, they are not valid, or they don't suffice. */
  AccessDenied: 5,
  /** The parameter's type or value is not one that this command may replace. */
  UnusableParameter: 6,
  /** AWS was not reached, was out of order, or asked to slow down to the end. */
  Unreachable: 7,
  /** CloudFormation carried it out and failed; what it did is taken back, unless the sentence says otherwise. */
  DeploymentFailed: 8,
  /** Nobody said yes to what would change. */
  NotConfirmed: 9,
  /** The stack can't be deployed as it is: something is going on with it, or it has to be put in order first. */
  UnusableStack: 10,
  /** A newer version of the service is deployed. */
  OlderVersion: 11,
  /** The service, or a part of it, does not work as it should. */
  Unhealthy: 12,
  /** Nothing was found wrong, but not everything could be looked at. */
  Undetermined: 13,
  /** Stacks use the service, and could be neither updated nor deleted without it. */
  InUse: 14,
  /** Somebody ended it: 128 and the signal's number, as shells report it. */
  Interrupted: 130,
  Terminated: 143,
} as const;

export type CliErrorCode = keyof typeof EXIT_CODES;

/** A failure that a person reads: one sentence or two that say what was wrong, the value, and what is allowed. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
