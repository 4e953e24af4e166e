/** What ends a program from outside: Ctrl-C, a job that is stopped, a terminal that is closed. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The reason of `interruption`: which signal came. */
export class Interruption extends Error {
  constructor(signal) {
    super(`ended by ${signal}`);
    this.signal = signal;
  }
}

const controller = new AbortController();

/** Aborted by the first signal that ends the set-up, so that the step at work can still put things in order. */
export const interruption = controller.signal;

/** From here on, neither a signal nor a reader that has gone (`npm test | head`) ends the set-up halfway. */
export function watchSignals() {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  for (const signal of ENDING_SIGNALS) {
    process.on(signal, () => controller.abort(new Interruption(signal)));
  }
}

/** Ends this process by the signal that it was sent: whoever started it sees that, and does not go on. */
export function endBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
