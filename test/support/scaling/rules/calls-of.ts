import type { PlayedChange } from '../driver/play-history.ts';
import { CALLER, type PlayedCase } from '../play-case.ts';
import type { JournalEntry } from '../simulator-journal.ts';

/** A mutating call of the service, with what it was made for. */
export interface ServiceCall {
  readonly entry: JournalEntry;
  readonly change: PlayedChange;
}

/** The calls that reached AWS, refused ones as well: what must not be done must not be asked for either. */
export function callsOf({ history, world }: PlayedCase): readonly ServiceCall[] {
  return history.applied.flatMap((change) =>
    world.journal.entries
      .slice(change.journalFrom, change.journalTo)
      .filter(({ caller }) => caller === CALLER)
      .map((entry) => ({ entry, change })),
  );
}

export function isAccepted({ entry }: ServiceCall): boolean {
  return entry.outcome === 'accepted';
}

/** Of a call's input. */
export function text(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  return typeof value === 'string' ? value : '';
}
