import { formatInstant, type Instant } from '../time/instant.ts';

/** What starts a run: a schedule's edge, a person, or the sweep. It is the state machine's input. */
export interface RunReference {
  readonly plan: string;
  /** Undefined: targets without an open window are to be restored. */
  readonly scenario?: string | undefined;
  readonly edge: 'start' | 'end';
  /** Orders runs: the later one supersedes. */
  readonly scheduledTime: Instant;
  /** The sweep's runs repeat what an edge should have done. */
  readonly isRepair?: true | undefined;
}

/** The key under which a run is claimed once; a second delivery of the same is a duplicate. */
export function runKey({ plan, scenario = '', edge, scheduledTime, isRepair }: RunReference): string {
  return [plan, scenario, edge, formatInstant(scheduledTime), isRepair ? 'repair' : ''].join('|');
}

/**
 * Whether `run` is later than `other`: it is the one that goes on. Of two at the same instant the start is, since windows
 * don't include their ends; of two starts or ends the order of keys decides.
 */
export function isLaterRun(run: RunReference, other: RunReference): boolean {
  if (run.scheduledTime !== other.scheduledTime) return run.scheduledTime > other.scheduledTime;
  if (run.edge !== other.edge) return run.edge === 'start';
  return runKey(run) > runKey(other);
}

/** The instant by which a run goes: a schedule may fire a moment before this clock says that it should. */
export function instantOf({ scheduledTime }: RunReference, now: Instant): Instant {
  return Math.max(now, scheduledTime);
}

/** `the start of nightly-batch at 2026-11-21T15:30:00Z`. */
export function describeRun({ scenario, edge, scheduledTime, isRepair }: RunReference): string {
  const what = scenario === undefined ? 'the restoring' : `the ${edge} of ${scenario}`;
  return `${what}${isRepair ? ' by the sweep' : ''} at ${formatInstant(scheduledTime)}`;
}
