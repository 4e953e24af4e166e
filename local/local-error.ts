/** A reason for which the local run can't go on: one sentence that says what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  /** The end of a program's output, shown before the sentence. */
  readonly details: string | undefined;

  constructor(message: string, details?: string, options?: { cause?: unknown }) {
    super(message, options);
    this.details = details;
  }
}
