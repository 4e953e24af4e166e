import { CliError } from '../cli-error.ts';

/** What was asked of AWS: the answer, or why there is none. What isn't known is neither right nor wrong. */
export type Reading<T> =
  | { readonly isKnown: true; readonly value: T }
  | { readonly isKnown: false; readonly because: string };

/** @throws Whatever is no failure of AWS, and the signal's reason where it is aborted. */
export async function read<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<Reading<T>> {
  try {
    return { isKnown: true, value: await ask() };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    return { isKnown: false, because: error.message };
  }
}
