import { type Decision, decide, type Situation } from './decide.ts';
import { type Target, targetName } from './plan.ts';
import type { StoredPlan } from './plan-store.ts';
import type { RunReference } from './run.ts';
import { targetsOf } from './take-step.ts';
import type { ScalingPorts } from './work-on-target.ts';

/** What a run would do first with a target. */
export interface DryRunLine {
  /** Short name. */
  readonly target: string;
  readonly would: 'change' | 'wait' | 'end';
  /** Where it would be a change: which. Its outcome where it would end. */
  readonly what?: string;
  readonly reason: string;
}

/** No target needs as many stores before it says what it would do. */
const MAX_DECISIONS = 20;

/** Observes and decides as the run would, and stores and changes nothing. */
export async function dryRun(
  run: RunReference,
  stored: StoredPlan | undefined,
  { store, targets, clock }: ScalingPorts,
  signal: AbortSignal,
): Promise<readonly DryRunLine[]> {
  const lines: DryRunLine[] = [];
  for (const target of await targetsOf(run, stored, store, signal)) {
    const state = await store.getTargetState(target, signal);
    const observed = await targets.observe(target, signal);
    lines.push(lineOf(target, firstDecision({ stored, run, target, observed, state, now: clock() })));
  }
  return lines;
}

/** What would only be stored is taken for stored. */
function firstDecision(situation: Situation): Decision {
  let decision = decide(situation);
  for (let count = 1; decision.kind === 'store' && count < MAX_DECISIONS; count += 1) {
    decision = decide({ ...situation, state: decision.state });
  }
  return decision;
}

function lineOf(target: Target, decision: Decision): DryRunLine {
  const name = targetName(target);
  const { kind, reason } = decision;
  switch (kind) {
    case 'change':
      return { target: name, would: 'change', what: decision.change.kind, reason };
    case 'end':
      return { target: name, would: 'end', what: decision.outcome, reason };
    case 'store':
    case 'wait':
      return { target: name, would: 'wait', reason };
  }
}
