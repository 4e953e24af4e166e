import type { VirtualClock } from '../virtual-clock.ts';

interface QueuedEvent {
  readonly at: number;
  /** Those of one instant come in the order in which they were put in. */
  readonly order: number;
  readonly begin: () => void;
}

/**
 * What happens when, on a virtual clock. Exactly one task runs at a time; it gives way only where it pauses, so that
 * the same case is played the same way again, whatever the machine does.
 */
export class EventQueue {
  readonly clock: VirtualClock;
  /** By instant, then order. */
  readonly #events: QueuedEvent[] = [];
  #order = 0;
  /** Settled when the task that runs now is over, or pauses. */
  #slice = Promise.withResolvers<void>();

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** @param instant What has passed already comes as soon as possible. */
  at(instant: number, task: () => void | Promise<void>): void {
    this.#put(instant, () => {
      (async () => task())().then(
        () => this.#slice.resolve(),
        (error) => this.#slice.reject(error),
      );
    });
  }

  /** Of a task: the others go on for so long. */
  async pause(milliseconds: number): Promise<void> {
    const resumed = Promise.withResolvers<void>();
    this.#put(this.clock.now + milliseconds, () => resumed.resolve());
    this.#slice.resolve();
    await resumed.promise;
  }

  /**
   * Lets everything happen up to an instant, included. What is still queued then stays.
   * @throws what a task throws.
   */
  async runUntil(instant: number): Promise<void> {
    for (let event = this.#events[0]; event !== undefined && event.at <= instant; event = this.#events[0]) {
      this.#events.shift();
      if (event.at > this.clock.now) this.clock.advanceTo(event.at);
      this.#slice = Promise.withResolvers<void>();
      event.begin();
      await this.#slice.promise;
    }
    if (instant > this.clock.now) this.clock.advanceTo(instant);
  }

  #put(instant: number, begin: () => void): void {
    const event = { at: Math.max(instant, this.clock.now), order: this.#order++, begin };
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1] as QueuedEvent).at > event.at) place -= 1;
    this.#events.splice(place, 0, event);
  }
}
