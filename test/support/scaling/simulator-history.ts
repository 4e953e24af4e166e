/** What is older is not read any more. */
export const MAX_READ_LAG_MS = 60_000;

interface Version<State> {
  readonly since: number;
  readonly state: State;
}

/** A state that is replaced, never changed, with what it was in the last minute: late reads show that. */
export class StateHistory<State> {
  /** Oldest first; never empty. */
  readonly #versions: Version<State>[];

  constructor(state: State) {
    this.#versions = [{ since: Number.NEGATIVE_INFINITY, state }];
  }

  get current(): State {
    return (this.#versions.at(-1) as Version<State>).state;
  }

  set(state: State, now: number): void {
    this.#versions.push({ since: now, state });
    while ((this.#versions[1]?.since ?? now) < now - MAX_READ_LAG_MS) this.#versions.shift();
  }

  /** As if it had always been so: what a case begins with is no news. */
  reset(state: State): void {
    this.#versions.splice(0, this.#versions.length, { since: Number.NEGATIVE_INFINITY, state });
  }

  /** The state as it was; the oldest that is kept for an earlier instant. */
  at(instant: number): State {
    return (this.#versions.findLast(({ since }) => since <= instant) ?? (this.#versions[0] as Version<State>))
      .state;
  }

  /** Every state that held at some time since, oldest first. */
  since(instant: number): State[] {
    const first = this.#versions.findLastIndex(({ since }) => since <= instant);
    return this.#versions.slice(Math.max(first, 0)).map(({ state }) => state);
  }
}
