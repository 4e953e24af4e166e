import { INVOCATION_LIMIT_MS } from '../driver/invocation.ts';
import type { PlayHistory } from '../driver/play-history.ts';
import type { Breach, Rule } from './rule.ts';

const HOUR_MS = 3_600_000;
const OUTCOMES = ['Converged', 'Failed', 'Superseded', 'Late', 'Duplicate'];

/**
 * Every execution that is not lost ends, as one of five, with a reason; so does everything that is said. A sweep sees to a
 * target or reports its drift once an hour at most.
 */
export const runRule: Rule = ({ history, world, live, scalingCase }) => {
  const found: Breach[] = [...tooSoon(history.findings, scalingCase.trouble.clockSkewMs)];
  for (const { name, run, from, until, outcome, reason, lost } of history.executions) {
    const which = `${name} of ${run.edge} at ${new Date(run.scheduledTime).toISOString()}`;
    const breach = (how: string): void =>
      void found.push({ rule: 'run', at: until ?? from, how: `${which} ${how}` });
    if (until === undefined) breach('does not end');
    else if (lost === undefined && !OUTCOMES.includes(outcome ?? '')) breach(`ends ${outcome}`);
    else if (lost === undefined && !reason) breach(`is ${outcome} without a reason`);
    else if (lost?.startsWith('It did not end')) breach(lost);
  }
  if (live > 0 && found.length === 0) {
    found.push({ rule: 'run', at: world.clock.now, how: `${live} executions are left` });
  }
  const empty = history.said.filter((said) => said.trim() === '' || /undefined|\[object|NaN/.test(said));
  for (const said of empty) found.push({ rule: 'run', at: world.clock.now, how: `«${said}» is said` });
  return found;
};

function tooSoon(findings: PlayHistory['findings'], skewMs: number): readonly Breach[] {
  const sightings = findings.filter(({ finding }) => finding.kind !== 'unreadable');
  return sightings.flatMap(({ at, plan, target }, index): Breach[] => {
    const last = sightings.slice(0, index).findLast((each) => each.target === target && each.plan === plan);
    if (last === undefined || at - last.at >= HOUR_MS - INVOCATION_LIMIT_MS - 2 * skewMs) return [];
    return [
      { rule: 'run', at, how: `a sweep sees to ${target} again, ${at - last.at} ms after the last time` },
    ];
  });
}
