/** How a function failed, as Lambda reports it to its caller and to an on-failure destination. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** One line that a function wrote. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** When the process is killed from outside, as where a host dies. A request that ends before is not touched. */
export type Kill =
  /** So long after the event was handed over, in milliseconds. */
  | { readonly afterMs: number }
  /** As soon as the function has written a line that matches. */
  | { readonly onLine: RegExp }
  /** When the signal is aborted. */
  | { readonly signal: AbortSignal };

/** What an invocation cost. */
export interface Expense {
  /** The request id: in the function's context, and in Lambda's own error messages. */
  readonly requestId: string;
  /** How long the process took to come to its first event; undefined where it was warm already. */
  readonly initMs: number | undefined;
  /** From the event's handing over until the function asked for the next one, or was dead. */
  readonly durationMs: number;
  /** The largest resident memory of the process so far, in bytes. 0 where it was too short-lived to be seen. */
  readonly maxMemoryBytes: number;
  /** What it wrote meanwhile, its init included. */
  readonly lines: readonly LogLine[];
}

/** One invocation and what came of it. */
export type Invocation = Expense &
  (
    | { readonly outcome: 'returned'; readonly payload: unknown }
    | { readonly outcome: 'failed'; readonly error: FunctionError }
  );

/**
 * Why a process ended, in Lambda's words.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html and the documentation of its errors
 */
export type Death =
  | { readonly cause: 'timeout'; readonly timeoutSeconds: number }
  | { readonly cause: 'memory' }
  | { readonly cause: 'exit'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };

/** Signals as Lambda names them. */
const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

/** The error that the caller of a function gets whose process died. */
export function errorOfDeath(death: Death, requestId: string): FunctionError {
  const error = (errorType: string, what: string): FunctionError => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${what}`,
  });
  switch (death.cause) {
    case 'timeout':
      return error('Sandbox.Timedout', `Task timed out after ${death.timeoutSeconds.toFixed(2)} seconds`);
    case 'memory':
      return error('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
    case 'exit':
      return error('Runtime.ExitError', exitMessage(death.exitCode, death.signal));
  }
}

function exitMessage(exitCode: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  return exitCode === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${exitCode}`;
}
