import { isDeepStrictEqual } from 'node:util';
import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import type { PlayedChange } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import { callsOf, isAccepted, type ServiceCall } from './calls-of.ts';
import { disturbancesOf } from './disturbances.ts';
import type { Breach, Rule } from './rule.ts';

/** Reads are a minute late, AWS takes up to 45 s to show a change, and an invocation a minute to make it. */
const LEAST_SETTLE_MS = 3 * 60_000;

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
  ...repetitions(played),
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

/** What was carried out is not called for again before it had time to show, unless somebody undid it. */
function repetitions(played: PlayedCase): readonly Breach[] {
  const accepted = callsOf(played).filter(isAccepted);
  return accepted.flatMap(({ entry, change }, index): Breach[] => {
    const name = targetName(change.target);
    const last = accepted.slice(0, index).findLast((each) => targetName(each.change.target) === name);
    if (last === undefined || !isDeepStrictEqual(last.change.change, change.change)) return [];
    if (entry.at - last.entry.at >= LEAST_SETTLE_MS) return [];
    const from = last.entry.at - played.world.readLagMs;
    const isUndone = disturbancesOf(played).some(
      ({ target, at }) => target === name && from <= at && at <= entry.at,
    );
    return isUndone
      ? []
      : [breach(entry.at, `${entry.action} again, ${entry.at - last.entry.at} ms after it was done`)];
  });
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
