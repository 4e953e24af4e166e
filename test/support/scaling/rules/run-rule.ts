import type { Breach, Rule } from './rule.ts';

const OUTCOMES = ['Converged', 'Failed', 'Superseded', 'Late', 'Duplicate'];

/** Every execution that is not lost ends, as one of five, with a reason; so does everything that is said. */
export const runRule: Rule = ({ history, world, live }) => {
  const found: Breach[] = [];
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
