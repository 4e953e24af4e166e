import { type Plan, type Target, targetName } from '../plan/plan.ts';

/** The targets of a plan, each once, in the order in which it names them first. */
export function targetsOf({ scenarios }: Plan): readonly Target[] {
  const all = scenarios.flatMap(({ steps }) => steps.map(({ target }) => target));
  return [...new Map(all.map((target) => [targetName(target), target] as const)).values()];
}
