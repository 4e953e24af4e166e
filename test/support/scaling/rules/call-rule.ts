import { isDeepStrictEqual } from 'node:util';
import type { PlayedChange } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, type ServiceCall } from './calls-of.ts';
import type { Breach, Rule } from './rule.ts';

/**
 * Each call is the one that its intent says, which was stored before, on a target of which there is a record; a step
 * makes one at most. Instances are changed at once, clusters are stopped and started only where their state is asked
 * for or was recorded, and no request is one that AWS could never take.
 */
export const callRule: Rule = (played) => [
  ...callsOf(played).flatMap(callBreaches),
  ...played.history.applied
    .filter(({ journalFrom, journalTo }) => serviceCalls(played, journalFrom, journalTo) > 1)
    .map(({ change, observedAt }) => breach(observedAt, `${change.kind} made more than one call`)),
  ...unexplained(played),
  ...played.world.journal.violations.map((how) => breach(played.world.clock.now, how)),
];

function callBreaches({ entry, change: { change, state } }: ServiceCall): readonly Breach[] {
  const { at, action, input } = entry;
  const { record, intent } = state;
  const found: Breach[] = [];
  if (record === undefined) found.push(breach(at, `${action} on a target without a record`));
  if (intent === undefined || !isDeepStrictEqual(intent.change, change)) {
    found.push(
      breach(at, `${action} for ${JSON.stringify(change)}; the intent is ${JSON.stringify(intent)}`),
    );
  }
  if (action === 'ModifyDBInstance' && input.ApplyImmediately !== true) {
    found.push(breach(at, `${action} without ApplyImmediately`));
  }
  const isOfState = change.kind === 'stop-cluster' || change.kind === 'start-cluster';
  if (isOfState && (record?.original.kind !== 'docdb' || record.original.state === undefined)) {
    found.push(breach(at, `${action} where State isn't asked for`));
  }
  return found;
}

function serviceCalls({ world }: PlayedCase, from: number, to: number): number {
  return world.journal.entries.slice(from, to).filter(({ caller }) => caller !== 'operator').length;
}

/** Nothing is changed but through a target's port. */
function unexplained({ world, history }: PlayedCase): readonly Breach[] {
  const isExplained = (index: number, { journalFrom, journalTo }: PlayedChange): boolean =>
    journalFrom <= index && index < journalTo;
  return world.journal.entries.flatMap(({ caller, action, at }, index) =>
    caller === 'operator' || history.applied.some((change) => isExplained(index, change))
      ? []
      : [breach(at, `${action} comes from nowhere`)],
  );
}

function breach(at: number, how: string): Breach {
  return { rule: 'call', at, how };
}
