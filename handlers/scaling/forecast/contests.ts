import { holdingAt } from '../decision/holding.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import type { OpenSpan } from './open-spans.ts';
import { targetsOf } from './plan-targets.ts';

/** A time in which several scenarios are open for one target: the one with the highest priority has it. */
export interface Contest {
  readonly target: Target;
  readonly from: Instant;
  readonly to: Instant;
  readonly winner: string;
  readonly losers: readonly string[];
}

/** By target in the order of the plan, then by time. */
export function contests(stored: StoredPlan, spans: readonly OpenSpan[]): readonly Contest[] {
  return targetsOf(stored.plan).flatMap((target) => contestsFor(stored, target, spans));
}

function contestsFor(stored: StoredPlan, target: Target, spans: readonly OpenSpan[]): Contest[] {
  const name = targetName(target);
  const rivals = stored.plan.scenarios
    .filter(({ steps }) => steps.some((step) => targetName(step.target) === name))
    .map((scenario) => scenario.name);
  if (rivals.length < 2) return [];
  const own = spans.filter(({ scenario }) => rivals.includes(scenario));
  const instants = [...new Set(own.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const found: Contest[] = [];
  for (const [index, from] of instants.entries()) {
    const to = instants[index + 1];
    const open = own.filter(({ start, end }) => start <= from && from < end).map(({ scenario }) => scenario);
    const winner = holdingAt(stored, target, from)?.scenario.name;
    if (to === undefined || winner === undefined || open.length < 2) continue;
    const losers = open.filter((scenario) => scenario !== winner);
    const last = found.at(-1);
    if (last?.to === from && last.winner === winner && String(last.losers) === String(losers)) {
      found[found.length - 1] = { ...last, to };
    } else {
      found.push({ target, from, to, winner, losers });
    }
  }
  return found;
}
