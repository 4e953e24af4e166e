import { ProviderError } from '../../errors.ts';
import { describeChange } from '../decision/change.ts';
import { type Decision, decide, type Situation } from '../decision/decide.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { StoredPlan } from '../store/plan-store.ts';
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
  stored: StoredPlan,
  ports: ScalingPorts,
  signal: AbortSignal,
): Promise<readonly DryRunLine[]> {
  const lines: DryRunLine[] = [];
  for (const target of await targetsOf(run, stored, ports.store, signal)) {
    lines.push(await lineFor({ stored, run, target }, ports, signal));
  }
  return lines;
}

type Trial = Pick<Situation, 'stored' | 'run' | 'target'>;

async function lineFor(
  trial: Trial,
  { store, targets, clock }: ScalingPorts,
  signal: AbortSignal,
): Promise<DryRunLine> {
  const { target } = trial;
  const state = await store.getTargetState(target, signal);
  try {
    const observed = await targets.observe(target, signal);
    return lineOf(target, firstDecision({ ...trial, observed, state, now: clock() }));
  } catch (error) {
    if (!(error instanceof ProviderError) || signal.aborted) throw error;
    return { target: targetName(target), would: 'end', what: 'Failed', reason: error.message };
  }
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
      return { target: name, would: 'change', what: describeChange(decision.change), reason };
    case 'end':
      return { target: name, would: 'end', what: decision.outcome, reason };
    case 'store':
    case 'wait':
      return { target: name, would: 'wait', reason };
  }
}
