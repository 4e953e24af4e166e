import type { Observation, ScalingTarget } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { Target } from '../../../../handlers/scaling/plan/plan.ts';
import type { PlanStore } from '../../../../handlers/scaling/store/plan-store.ts';
import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { SimulatorWorld } from '../simulator-world.ts';
import type { PlayHistory } from './play-history.ts';

export interface Watch {
  readonly world: SimulatorWorld;
  readonly history: PlayHistory;
  readonly execution: string;
}

/** The store, with every write written down beside the truth. */
export function watchedStore(store: PlanStore, { world, history, execution }: Watch): PlanStore {
  return {
    findPlan: (...given) => store.findPlan(...given),
    listPlans: (...given) => store.listPlans(...given),
    getTargetState: (...given) => store.getTargetState(...given),
    listRecorded: (...given) => store.listRecorded(...given),
    claimRun: (...given) => store.claimRun(...given),
    saveTargetState: async (target, state, signal) => {
      const before = await store.getTargetState(target, signal);
      const after = await store.saveTargetState(target, state, signal);
      if (after !== undefined) {
        const truth = { documentDb: world.documentDb.account.state, ecs: world.ecs.account.state };
        history.saves.push({ at: world.clock.now, execution, target, before, after, truth });
      }
      return after;
    },
  };
}

/** The targets, with every change written down: what was known, and what came of it. */
export function watchedTargets(
  targets: ScalingTarget,
  { store, world, history, execution }: Watch & { readonly store: PlanStore },
): ScalingTarget {
  const observedAt = new WeakMap<Observation, Instant>();
  return {
    observe: async (target, signal) => {
      const at = world.clock.now;
      const observed = await targets.observe(target, signal);
      if (observed !== undefined) observedAt.set(observed, at);
      return observed;
    },
    apply: async (observed, change, signal) => {
      const { target }: { readonly target: Target } = observed;
      const state = await store.getTargetState(target, signal);
      const journalFrom = world.journal.entries.length;
      let answer: Awaited<ReturnType<ScalingTarget['apply']>> | undefined;
      try {
        answer = await targets.apply(observed, change, signal);
        return answer;
      } finally {
        history.applied.push({
          execution,
          target,
          change,
          observed,
          observedAt: observedAt.get(observed) ?? world.clock.now,
          state,
          journalFrom,
          journalTo: world.journal.entries.length,
          answer,
        });
      }
    },
  };
}
