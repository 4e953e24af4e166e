/** A step that failed. The message is one sentence that says what to do; `details` is a program's own output. */
export class SetupError extends Error {
  constructor(message, details) {
    super(message);
    this.details = details;
  }
}

/** How much of a failed program's output is shown, in lines: the reason stands at its end. */
const SHOWN_LINES = 15;

/** The end of a program's output, without blank lines. */
export function tail(output) {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN_LINES)
    .join('\n');
}
