import { targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { isLaterRun, runKey } from '../../../../handlers/scaling/run/run.ts';
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
  return history.saves.flatMap(({ at, before: { lease: before }, after: { lease: after } }): Breach[] => {
    if (before === undefined || before.released || !after?.run.isRepair) return [];
    const key = runKey(before.run);
    if (runKey(after.run) === key) return [];
    const names = history.executions
      .filter(({ run, outcome }) => runKey(run) === key && outcome !== 'Duplicate')
      .map(({ name }) => name);
    const isAtWork = history.steps.some(
      (step) =>
        names.includes(step.execution) &&
        at - AT_WORK_MS <= step.at &&
        step.at < at &&
        !step.said.startsWith('threw'),
    );
    const how = `a sweep's run supersedes ${names.join(', ')}, which is at work`;
    return isAtWork ? [{ rule: 'lease', at, how }] : [];
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
