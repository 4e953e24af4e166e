import type { Target } from '../../../handlers/scaling/plan.ts';
import { targetName } from '../../../handlers/scaling/plan.ts';
import type { PlanStore, StoredPlan } from '../../../handlers/scaling/plan-store.ts';
import { type RunReference, runKey } from '../../../handlers/scaling/run.ts';
import type { TargetState } from '../../../handlers/scaling/target-state.ts';

/** A store with a database's manners: what goes in and out is a copy, in JSON, and writes are conditional. */
export class InMemoryPlanStore implements PlanStore {
  readonly #plans = new Map<string, string>();
  readonly #states = new Map<string, { readonly target: Target; readonly json: string }>();
  readonly #claims = new Map<string, string>();

  putPlan(stored: StoredPlan): void {
    this.#plans.set(stored.plan.id, JSON.stringify(stored));
  }

  async findPlan(plan: string): Promise<StoredPlan | undefined> {
    const json = this.#plans.get(plan);
    return json === undefined ? undefined : (JSON.parse(json) as StoredPlan);
  }

  async listPlans(): Promise<readonly StoredPlan[]> {
    return [...this.#plans.values()].map((json) => JSON.parse(json) as StoredPlan);
  }

  async getTargetState(target: Target): Promise<TargetState> {
    return this.#stateOf(target);
  }

  async saveTargetState(target: Target, state: TargetState): Promise<TargetState | undefined> {
    const { version } = this.#stateOf(target);
    if (version !== state.version) return undefined;
    const json = JSON.stringify({ ...state, version: version + 1 });
    this.#states.set(targetName(target), { target, json });
    return JSON.parse(json) as TargetState;
  }

  #stateOf(target: Target): TargetState {
    const json = this.#states.get(targetName(target))?.json;
    return json === undefined ? { version: 0 } : (JSON.parse(json) as TargetState);
  }

  async listRecorded(plan: string): Promise<readonly Target[]> {
    return [...this.#states.values()]
      .filter(({ json }) => (JSON.parse(json) as TargetState).record?.plan === plan)
      .map(({ target }) => target);
  }

  async claimRun(run: RunReference, execution: string): Promise<boolean> {
    const key = runKey(run);
    const owner = this.#claims.get(key) ?? execution;
    this.#claims.set(key, owner);
    return owner === execution;
  }
}
