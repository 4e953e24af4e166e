import { isLaterRun, runKey } from '../../../../handlers/scaling/run.ts';
import type { PlayedSave } from '../driver/play-history.ts';
import type { Breach, Rule } from './rule.ts';

/** Fences grow, with each taking by one at least; a lease is taken only by the same run or a later one. */
export const leaseRule: Rule = ({ history }) =>
  history.saves.flatMap((save): Breach[] =>
    mistakesOf(save).map((how) => ({ rule: 'lease', at: save.at, how: `${save.execution}: ${how}` })),
  );

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
