/**
 * Work that several callers wait for together: one run for a key at a time. Each caller leaves when its own signal is
 * aborted; the work itself is aborted when the last one has left.
 */
export class JointWork<T> {
  readonly #running = new Map<string, Run<T>>();

  async join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const run = this.#running.get(key) ?? this.#begin(key, work);
    run.callers += 1;
    try {
      return await untilAborted(run.result, signal);
    } finally {
      run.callers -= 1;
      if (run.callers === 0) {
        if (this.#running.get(key) === run) this.#running.delete(key);
        run.controller.abort(signal.reason);
      }
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Run<T> {
    const controller = new AbortController();
    const run = { controller, callers: 0, result: work(controller.signal) };
    // Where all have left, nobody hears of its end.
    run.result.catch(() => {});
    this.#running.set(key, run);
    return run;
  }
}

interface Run<T> {
  readonly controller: AbortController;
  readonly result: Promise<T>;
  callers: number;
}

async function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([result, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
