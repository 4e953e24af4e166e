import type { DocumentDbState } from '../documentdb-api/documentdb-state.ts';
import type { EcsState } from '../ecs-api/ecs-state.ts';
import type { Fault, SimulatedCall } from './simulator-faults.ts';

/** A mutating call, whoever made it. */
export interface JournalEntry extends SimulatedCall {
  /** `accepted`: it was carried out, whether or not the caller learnt of it. Otherwise the code of its refusal. */
  readonly outcome: string;
  /** What was done to it on purpose. */
  readonly fault: Fault | undefined;
  /** The true state right before. */
  readonly before: StateBefore;
}

export interface StateBefore {
  readonly documentDb: DocumentDbState;
  /** By cluster: every instance that was its writer now or in the 60 s before. */
  readonly recentWriters: Readonly<Record<string, readonly string[]>>;
  readonly ecs: EcsState;
}

/** What was done to a world, in order. */
export class SimulatorJournal {
  /** Mutating calls: of clients, and of the operator (caller `operator`). */
  readonly entries: JournalEntry[] = [];
  /** How many calls there were of each action, reads as well; the operator's are not counted. */
  readonly counts = new Map<string, number>();
  /** A sentence for each request that no client of AWS should send. */
  readonly violations: string[] = [];

  /** Those that were carried out. */
  accepted(action?: string): JournalEntry[] {
    return this.entries.filter(
      (entry) => entry.outcome === 'accepted' && (action ?? entry.action) === entry.action,
    );
  }

  count(action: string): void {
    this.counts.set(action, (this.counts.get(action) ?? 0) + 1);
  }
}
