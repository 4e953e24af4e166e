import type { Change } from '../decision/change.ts';
import { decide, type TargetOutcome } from '../decision/decide.ts';
import type { Observation } from '../decision/scaling-target.ts';
import type { TargetState } from '../decision/target-state.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { RunReference } from '../run/run.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import type { Instant } from '../time/instant.ts';
import { afterChange } from './effect.ts';
import { type Expectation, expectationOf } from './expectation.ts';

/** A target in a world in which every call goes as it should, at once. */
export interface ForecastTarget {
  readonly target: Target;
  readonly observed: Observation;
  readonly state: TargetState;
}

/** A call that a run makes, in the order in which it makes them. */
export interface ForecastCall extends Expectation {
  readonly target: Target;
  readonly change: Change;
  /** Why, as the run says it. */
  readonly reason: string;
}

/** What becomes of one target in a run. */
export interface ForecastEnd {
  readonly target: Target;
  readonly outcome: TargetOutcome;
  readonly reason: string;
}

export interface RunForecast {
  readonly calls: readonly ForecastCall[];
  /** Of the targets that were begun. */
  readonly ends: readonly ForecastEnd[];
  readonly targets: ReadonlyMap<string, ForecastTarget>;
}

/** 16 instances, each changed there and back, with a decision before and after each call. */
const MAX_DECISIONS = 200;

/** Plays one run of a scenario, target after target, by the decisions that the run itself takes. */
export function forecastRun(
  run: RunReference,
  stored: StoredPlan,
  before: ReadonlyMap<string, ForecastTarget>,
): RunForecast {
  const targets = new Map(before);
  const calls: ForecastCall[] = [];
  const ends: ForecastEnd[] = [];
  let now = run.scheduledTime;
  for (const name of orderOf(run, stored)) {
    const present = targets.get(name);
    if (present === undefined) throw new RangeError(`Nothing is known of ${name}`);
    const played = playTarget({ run, stored, now, present });
    targets.set(name, played.present);
    calls.push(...played.calls);
    ends.push(played.end);
    now = played.now;
    if (run.edge === 'start' && isObstacle(played.end)) break;
  }
  return { calls, ends, targets };
}

/** As the scenario has them at a start, in reverse at an end. */
function orderOf({ scenario: name, edge }: RunReference, { plan }: StoredPlan): readonly string[] {
  const steps = plan.scenarios.find((scenario) => scenario.name === name)?.steps ?? [];
  const names = steps.map(({ target }) => targetName(target));
  return edge === 'start' ? names : names.toReversed();
}

/** What comes behind it in a start waits for it. */
function isObstacle({ outcome }: ForecastEnd): boolean {
  return outcome === 'Failed' || outcome === 'Late';
}

interface TargetPlay {
  readonly run: RunReference;
  readonly stored: StoredPlan;
  readonly now: Instant;
  readonly present: ForecastTarget;
}

function playTarget({ run, stored, now: from, present }: TargetPlay) {
  const { target } = present;
  const calls: ForecastCall[] = [];
  let { observed, state } = present;
  let now = from;
  for (let decisions = 0; decisions < MAX_DECISIONS; decisions += 1) {
    const decision = decide({ stored, run, target, observed, state, now });
    state = decision.state;
    switch (decision.kind) {
      case 'store':
        continue;
      case 'wait':
        now += decision.seconds * 1000;
        continue;
      case 'change': {
        const { change, reason } = decision;
        calls.push({ target, change, reason, ...expectationOf(change, observed) });
        observed = afterChange(observed, change);
        continue;
      }
      case 'end': {
        const { outcome, reason } = decision;
        return { calls, now, present: { target, observed, state }, end: { target, outcome, reason } };
      }
    }
  }
  throw new RangeError(`${targetName(target)} is not settled after ${MAX_DECISIONS} decisions`);
}
