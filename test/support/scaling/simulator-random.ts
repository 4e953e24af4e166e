/** Numbers that look random and are the same for the same seed, on every machine. */
export class SeededRandom {
  #state: number;

  /** @param seed An integer; its lowest 32 bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Seeds that are near each other would begin alike.
    for (let round = 0; round < 4; round += 1) this.next();
  }

  /** From 0 (included) to 1 (not). The generator is mulberry32, which is in the public domain. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A generator of its own for one matter, so that another use of this one does not shift it. */
  fork(matter: string): SeededRandom {
    let hash = this.#state;
    for (const character of matter) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
    return new SeededRandom(hash);
  }
}
