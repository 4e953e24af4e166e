import type { ScalingEvent } from '../../handlers/scaling/run/scaling-event.ts';
import type { EndedExecution } from '../scaling-execution.ts';
import { readScalingTable } from '../scaling-table.ts';
import type { ExampleRun } from './run.ts';
import type { Finding } from './step.ts';

/** Whether the service's table has the plan in this status, and nothing recorded for it. */
export async function planFinding(
  { account, signal }: ExampleRun,
  plan: string,
  expected: 'active' | 'removed',
): Promise<Finding> {
  const { plans } = await readScalingTable(account, signal);
  const status = plans.get(plan) ?? 'not there';
  return { text: `in the table: the plan, ${status}`, isRight: status === expected };
}

/** What the service's table has of a run: its history, and what is recorded of the targets after it. */
export async function runFindings(
  { account, signal }: ExampleRun,
  { arn, outcome }: EndedExecution,
  expected: { readonly isRecorded: boolean },
): Promise<Finding[]> {
  const { states, claims, history } = await readScalingTable(account, signal);
  const isClaimed = claims.includes(arn);
  const own = history.filter(({ execution }) => execution === arn);
  if (outcome === 'DryRun') {
    return [{ text: 'nothing in the table', isRight: !isClaimed && own.length === 0 }];
  }
  const recorded = [...states].filter(([, { record }]) => record !== undefined);
  const held = [...states].filter(([, { lease }]) => lease !== undefined && lease.released === undefined);
  return [
    { text: `history: ${outcomesOf(own)}`, isRight: own.some((event) => event.outcome === 'Started') },
    {
      text: `recorded: ${recorded.length === 0 ? 'nothing any more' : namesOf(recorded)}`,
      isRight: recorded.length === (expected.isRecorded ? states.size : 0),
    },
    held.length === 0
      ? { text: 'claimed once; every lease given back', isRight: isClaimed }
      : { text: `still leased: ${namesOf(held)}`, isRight: false },
  ];
}

/** `docdb` or `ecs`: the example has one of each. */
export function kindOf(target: string): string {
  return target.split('/')[0] ?? target;
}

function namesOf(states: readonly (readonly [target: string, state: unknown])[]): string {
  return states.map(([target]) => kindOf(target)).join(' and ');
}

/** In the order in which a run goes: events of one instant have none in the table. */
const OUTCOMES = ['Started', 'Changed', 'Converged', 'Superseded', 'Late', 'Failed', 'Drifted', 'Duplicate'];

/** `Started, 5 × Changed, 3 × Converged` */
function outcomesOf(events: readonly ScalingEvent[]): string {
  return OUTCOMES.flatMap((outcome) => {
    const number = events.filter((event) => event.outcome === outcome).length;
    if (number === 0) return [];
    return number === 1 ? [outcome] : [`${number} × ${outcome}`];
  }).join(', ');
}
