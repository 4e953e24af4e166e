/** What a shell reports for a program that a signal ended: 128 and the signal's number. */
export const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const EXIT_CODE_PIPE = 141;
/** A terminal sends Ctrl-C to every process of the group, and npm passes it on: what comes so soon is one keystroke. */
const SAME_KEYSTROKE_MS = 500;

/** How a run is told to stop. */
export interface Interruption {
  /** Aborted by the first signal, and where nobody reads the output any more: ends the work. */
  readonly work: AbortSignal;
  /** Aborted by the second signal: ends the removal of what the work left, too. */
  readonly removal: AbortSignal;
}

/** Watches this process's signals and its output. The third signal ends the process at once. */
export function watchInterruption(): Interruption {
  const work = new AbortController();
  const removal = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const interrupt = (exitCode: number) => {
    const now = performance.now();
    if (now - last < SAME_KEYSTROKE_MS) return;
    last = now;
    process.exitCode = exitCode;
    if (!work.signal.aborted) work.abort();
    else if (!removal.signal.aborted) removal.abort();
    else process.exit(exitCode);
  };
  for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.on(signal, () => interrupt(exitCode));
  }
  // Nobody reads any more, as with `| head`. Each further write fails too, and says nothing new.
  process.stdout.on('error', () => {
    if (work.signal.aborted) return;
    process.exitCode = EXIT_CODE_PIPE;
    work.abort();
  });
  return { work: work.signal, removal: removal.signal };
}
