const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long things take, in milliseconds: from the first to the second, both included. */
export type DurationRanges = Readonly<Record<keyof typeof DOCUMENTDB_DURATIONS, readonly [number, number]>>;

/** As AWS's pages and people's experience have them; a failover takes less than a minute where there is a replica. */
export const DOCUMENTDB_DURATIONS = {
  create: [6 * MINUTE_MS, 10 * MINUTE_MS],
  /** From the answer to ModifyDBInstance until the status shows it; it pends until then. */
  modifyPickup: [2 * SECOND_MS, 45 * SECOND_MS],
  modify: [6 * MINUTE_MS, 10 * MINUTE_MS],
  reboot: [20 * SECOND_MS, 90 * SECOND_MS],
  delete: [3 * MINUTE_MS, 8 * MINUTE_MS],
  failover: [15 * SECOND_MS, 55 * SECOND_MS],
  modifyCluster: [10 * SECOND_MS, 60 * SECOND_MS],
  stop: [3 * MINUTE_MS, 9 * MINUTE_MS],
  start: [4 * MINUTE_MS, 12 * MINUTE_MS],
  /** How much later than the cluster an instance of it is available at a start. */
  startInstance: [0, 2 * MINUTE_MS],
} satisfies Record<string, [number, number]>;

/** AWS starts a stopped cluster again. */
export const STOPPED_FOR_AT_MOST_MS = 7 * 24 * 60 * MINUTE_MS;
