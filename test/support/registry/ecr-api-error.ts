/** An answer of ECR's API in error: thrown by whatever finds out, written as JSON 1.1 by the server. */
export class EcrApiError extends Error {
  /** The exception's name, as `__type` has it. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
    this.status = code === 'ServerException' ? 500 : 400;
  }
}
