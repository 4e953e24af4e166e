/** An answer of an AWS API in error: thrown by whatever finds out, written in the service's protocol by the server. */
export class AwsError extends Error {
  /** As the wire has it, e.g. `InvalidDBInstanceState`, which the SDK calls `InvalidDBInstanceStateFault`. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
