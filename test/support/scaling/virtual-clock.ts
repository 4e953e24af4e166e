/** More than any case of ours sets off in one go: a timer that starts itself again at once is a mistake. */
const MAX_TIMERS_AT_ONCE = 1_000_000;

interface Timer {
  readonly at: number;
  /** Those of one instant go off in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Time that goes on only when it is told to: `advance` sets off what is due, in order, each at its own instant.
 * Instants and durations are in milliseconds.
 */
export class VirtualClock {
  #now: number;
  #order = 0;
  /** By instant, then order. */
  readonly #timers: Timer[] = [];

  /** @param start Default 2026-03-02T00:00:00Z, a Monday. */
  constructor(start: number = Date.UTC(2026, 2, 2)) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** @param instant What has passed already is due at once, when the clock goes on. */
  at(instant: number, callback: () => void): void {
    const timer = { at: Math.max(instant, this.#now), order: this.#order++, callback };
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1] as Timer).at > timer.at) place -= 1;
    this.#timers.splice(place, 0, timer);
  }

  after(milliseconds: number, callback: () => void): void {
    this.at(this.#now + milliseconds, callback);
  }

  /** @throws RangeError for time that goes back. */
  advance(milliseconds: number): void {
    this.advanceTo(this.#now + milliseconds);
  }

  /** @throws RangeError for time that goes back. */
  advanceTo(instant: number): void {
    if (!(instant >= this.#now)) throw new RangeError(`It is ${this.#now} already; ${instant} is over`);
    for (let fired = 0; this.#timers[0] !== undefined && this.#timers[0].at <= instant; fired += 1) {
      if (fired > MAX_TIMERS_AT_ONCE) throw new RangeError(`More than ${MAX_TIMERS_AT_ONCE} timers at once`);
      const timer = this.#timers.shift() as Timer;
      this.#now = timer.at;
      timer.callback();
    }
    this.#now = instant;
  }
}
