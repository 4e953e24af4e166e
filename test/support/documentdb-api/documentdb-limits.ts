/** Where AWS has no room for a class. */
export interface CapacityShortage {
  readonly instanceClass: string;
  /** How many requests are refused. Default: all. */
  readonly times?: number;
  /** The first instant at which there is none. Default: always. */
  readonly from?: number;
  /** The first instant at which there is some again. Default: never. */
  readonly until?: number;
}

/** What AWS has left, and what the account may have. */
export class DocumentDbLimits {
  /** Instances of the account in the Region; AWS begins with 40. */
  instanceQuota = 40;
  readonly #shortages: { readonly shortage: CapacityShortage; left: number }[] = [];

  refuseCapacity(shortage: CapacityShortage): void {
    this.#shortages.push({ shortage, left: shortage.times ?? Number.POSITIVE_INFINITY });
  }

  /** All shortages are over. */
  restoreCapacity(): void {
    this.#shortages.length = 0;
  }

  /** Whether there is room for one more; a refusal is counted. */
  takeCapacity(instanceClass: string, now: number): boolean {
    const found = this.#shortages.find(
      ({ left, shortage: { instanceClass: short, from = 0, until = Number.POSITIVE_INFINITY } }) =>
        left > 0 && short === instanceClass && from <= now && now < until,
    );
    if (found !== undefined) found.left -= 1;
    return found === undefined;
  }
}
