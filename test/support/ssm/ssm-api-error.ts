/** An answer of SSM's API in error: thrown by whatever finds out, written as JSON 1.1 by the server. */
export class SsmApiError extends Error {
  /** The exception's name, as `__type` has it. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
    this.status = code === 'InternalServerError' ? 500 : 400;
  }
}
