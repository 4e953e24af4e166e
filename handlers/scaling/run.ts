import type { Instant } from './instant.ts';

/** What starts a run: a schedule's edge, a person, or the sweep. It is the state machine's input. */
export interface RunReference {
  readonly plan: string;
  /** Undefined: targets without an open window are to be restored. */
  readonly scenario?: string;
  readonly edge: 'start' | 'end';
  /** Orders runs: the later one supersedes. */
  readonly scheduledTime: Instant;
  /** The sweep's runs repeat what an edge should have done. */
  readonly isRepair?: true;
}

/** The key under which a run is claimed once; a second delivery of the same is a duplicate. */
export function runKey({ plan, scenario = '', edge, scheduledTime, isRepair }: RunReference): string {
  return [plan, scenario, edge, scheduledTime, isRepair ? 'repair' : ''].join('|');
}
