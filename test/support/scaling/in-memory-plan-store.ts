import { ProviderError } from '../../../handlers/errors.ts';
import { withOverride } from '../../../handlers/scaling/decision/override.ts';
import type { TargetState } from '../../../handlers/scaling/decision/target-state.ts';
import { type Target, targetName } from '../../../handlers/scaling/plan/plan.ts';
import { type RunReference, runKey } from '../../../handlers/scaling/run/run.ts';
import type { Override, PlanStore, StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import type { PlanVersion, PlanWriter } from '../../../handlers/scaling/store/plan-writer.ts';

/** A store with a database's manners: what goes in and out is a copy, in JSON, and writes are conditional. */
export class InMemoryPlanStore implements PlanStore, PlanWriter {
  readonly #plans = new Map<string, { readonly json: string; readonly version: PlanVersion }>();
  readonly #states = new Map<string, { readonly target: Target; readonly json: string }>();
  readonly #claims = new Map<string, string>();

  /** @param expected Default: whatever is there; it is stored before the call returns. */
  async putPlan(stored: StoredPlan, expected?: PlanVersion | 'new'): Promise<PlanVersion | undefined> {
    const before = this.#plans.get(stored.plan.id)?.version ?? 0;
    if (expected !== undefined && (expected === 'new' ? 0 : expected) !== before) return undefined;
    this.#plans.set(stored.plan.id, { json: JSON.stringify(stored), version: before + 1 });
    return before + 1;
  }

  async updatePlan(
    plan: string,
    change: (stored: StoredPlan) => StoredPlan,
  ): Promise<StoredPlan | undefined> {
    const before = this.#planOf(plan);
    if (before === undefined) return undefined;
    const after = change(before);
    if (after !== before) await this.putPlan(after);
    return after;
  }

  async deletePlan(
    plan: string,
    _signal?: AbortSignal,
    mayGo: (stored: StoredPlan) => boolean = () => true,
  ): Promise<void> {
    const stored = this.#planOf(plan);
    if (stored?.status === 'removed' && mayGo(stored)) this.#plans.delete(plan);
  }

  async addOverride(plan: string, override: Override): Promise<void> {
    const stored = await this.updatePlan(plan, (before) => ({
      ...before,
      overrides: withOverride(before.overrides, override),
    }));
    if (stored === undefined) throw new ProviderError('NotFound', `There is no plan ${plan}`);
  }

  async findPlan(plan: string): Promise<StoredPlan | undefined> {
    return this.#planOf(plan);
  }

  #planOf(plan: string): StoredPlan | undefined {
    const json = this.#plans.get(plan)?.json;
    return json === undefined ? undefined : (JSON.parse(json) as StoredPlan);
  }

  async listPlans(): Promise<readonly StoredPlan[]> {
    return [...this.#plans.values()].map(({ json }) => JSON.parse(json) as StoredPlan);
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
