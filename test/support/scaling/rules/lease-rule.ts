import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { describeRun, isLaterRun, runKey } from '../../../../handlers/scaling/run/run.ts';
import type { PlayedSave } from '../driver/play-history.ts';
import type { PlayedCase } from '../play-case.ts';
import type { Breach, Rule } from './rule.ts';

/** A run that is not lost is heard of that often; a step that died said nothing to anybody. */
const AT_WORK_MS = 90_000;

/**
 * Fences grow, with each taking by one at least; a lease is taken only by the same run or a later one. Whoever has ended
 * has given it back, and whoever is at work is not superseded by a sweep.
 */
export const leaseRule: Rule = (played) => [
  ...played.history.saves.flatMap((save): Breach[] =>
    mistakesOf(save).map((how) => ({ rule: 'lease', at: save.at, how: `${save.execution}: ${how}` })),
  ),
  ...keptLeases(played),
  ...sweptAway(played),
];

function keptLeases({ history, stateOf }: PlayedCase): readonly Breach[] {
  const targets = new Map(history.saves.map(({ target }) => [targetName(target), target]));
  return [...targets.values()].flatMap((target): Breach[] => {
    const { lease } = stateOf(target);
    if (lease === undefined || lease.released) return [];
    const executions = history.executions.filter(({ run }) => runKey(run) === runKey(lease.run));
    if (executions.some(({ outcome }) => outcome === undefined)) return [];
    return [
      {
        rule: 'lease',
        at: lease.until,
        how: `${targetName(target)} is kept by ${runKey(lease.run)}, which has ended`,
      },
    ];
  });
}

function sweptAway({ history }: PlayedCase): readonly Breach[] {
  return history.executions.flatMap(({ name, outcome, reason, until, run }): Breach[] => {
    if (outcome !== 'Superseded' || until === undefined) return [];
    const sweeps = history.executions.filter(
      ({ run: other, from }) =>
        other.isRepair &&
        other.edge === run.edge &&
        from <= until &&
        reason?.includes(describeRun(other).slice(4)),
    );
    return sweeps.flatMap(({ from }): Breach[] => {
      const isAtWork = history.steps.some(
        ({ execution, at, said }) =>
          execution === name && from - AT_WORK_MS <= at && at < from && !said.startsWith('threw'),
      );
      return isAtWork
        ? [{ rule: 'lease', at: from, how: `a sweep's run supersedes ${name}, which is at work` }]
        : [];
    });
  });
}

function mistakesOf({ before: { lease: before }, after: { lease: after, version } }: PlayedSave): string[] {
  if (before === undefined) return [];
  if (after === undefined) return ['the lease is dropped'];
  const found: string[] = [];
  if (after.fence < before.fence) found.push(`the fence goes back from ${before.fence} to ${after.fence}`);
  const isSameRun = runKey(before.run) === runKey(after.run);
  if (!isSameRun && after.fence <= before.fence) found.push(`another run has the fence ${after.fence} again`);
  if (!isSameRun && !isLaterRun(after.run, before.run)) {
    found.push(`${runKey(after.run)} takes it from ${runKey(before.run)}, which is later`);
  }
  if (version <= 0) found.push('nothing counts the versions');
  return found;
}
