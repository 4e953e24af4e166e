import { randomUUID } from 'node:crypto';
import { ProviderError } from '../../errors.ts';
import { withOverride } from '../decision/override.ts';
import type { TargetState } from '../decision/target-state.ts';
import { type Target, targetName } from '../plan/plan.ts';
import type { RunReference } from '../run/run.ts';
import type { Instant } from '../time/instant.ts';
import type { Override, PlanStore, StoredPlan } from './plan-store.ts';
import type { PlanVersion, PlanWriter } from './plan-writer.ts';
import {
  claimKey,
  expiryOf,
  itemOf,
  PLANS_PARTITION,
  planIn,
  planKey,
  stateIn,
  stateKey,
  type TableItem,
  versionIn,
} from './table-item.ts';
import type { TableStore, WriteCondition } from './table-store.ts';

/** So often somebody else may write between a read and a write of ours. */
const MAX_COLLISIONS = 20;
/** So many targets are looked up at once. */
const MAX_PARALLEL_READS = 10;

/**
 * Plans and what is remembered of their targets, in the service's table. Every write of a plan or a target's state is
 * on the condition that its version is the one that was read, and carries a mark of its own (`writer`): where the
 * answer of a write is lost and it is sent again, the mark on the item tells that it has succeeded.
 */
export class DynamoDbPlanStore implements PlanStore, PlanWriter {
  readonly #table: TableStore;
  readonly #clock: () => Instant;

  /** @param options.clock Default: the system's. What expires counts from it. */
  constructor(table: TableStore, options: { readonly clock?: () => Instant } = {}) {
    this.#table = table;
    this.#clock = options.clock ?? Date.now;
  }

  async findPlan(plan: string, signal: AbortSignal): Promise<StoredPlan | undefined> {
    const item = await this.#table.find(planKey(plan), signal);
    return item && planIn(item);
  }

  async listPlans(
    signal: AbortSignal,
    unreadable?: (plan: string, error: ProviderError) => void,
  ): Promise<readonly StoredPlan[]> {
    const items = await this.#table.list(PLANS_PARTITION, {}, signal);
    return items.flatMap((item) => {
      try {
        return [planIn(item)];
      } catch (error) {
        if (unreadable === undefined || !(error instanceof ProviderError)) throw error;
        unreadable(item.sk, error);
        return [];
      }
    });
  }

  async putPlan(
    stored: StoredPlan,
    expected: PlanVersion | 'new',
    signal: AbortSignal,
  ): Promise<PlanVersion | undefined> {
    const version = expected === 'new' ? 1 : expected + 1;
    const item = itemOf(planKey(stored.plan.id), stored, { version });
    return (await this.#write(item, expected === 'new' ? 0 : expected, signal)) ? version : undefined;
  }

  async updatePlan(
    plan: string,
    change: (stored: StoredPlan) => StoredPlan,
    signal: AbortSignal,
  ): Promise<StoredPlan | undefined> {
    for (let collisions = 0; collisions <= MAX_COLLISIONS; collisions += 1) {
      const item = await this.#table.find(planKey(plan), signal);
      if (item === undefined) return undefined;
      const before = planIn(item);
      const after = change(before);
      if (after === before || (await this.putPlan(after, versionIn(item), signal)) !== undefined)
        return after;
    }
    throw new ProviderError(
      'NotStabilized',
      `Others write the plan ${plan} all the time: ${MAX_COLLISIONS} times it was another one when it was to be written`,
    );
  }

  async deletePlan(
    plan: string,
    signal: AbortSignal,
    mayGo: (stored: StoredPlan) => boolean = () => true,
  ): Promise<void> {
    const item = await this.#table.find(planKey(plan), signal);
    if (item === undefined) return;
    const stored = planIn(item);
    if (stored.status === 'active' || !mayGo(stored)) return;
    const asItWasRead = { kind: 'equal', attribute: 'version', value: versionIn(item) } as const;
    await this.#table.delete(planKey(plan), asItWasRead, signal);
  }

  async addOverride(plan: string, override: Override, signal: AbortSignal): Promise<void> {
    const stored = await this.updatePlan(
      plan,
      (before) => {
        const overrides = withOverride(before.overrides, override);
        return overrides === before.overrides ? before : { ...before, overrides };
      },
      signal,
    );
    if (stored === undefined) throw new ProviderError('NotFound', `There is no plan ${plan}`);
  }

  async getTargetState(target: Target, signal: AbortSignal): Promise<TargetState> {
    const item = await this.#table.find(stateKey(target), signal);
    return item === undefined ? { version: 0 } : stateIn(item);
  }

  async saveTargetState(
    target: Target,
    state: TargetState,
    signal: AbortSignal,
  ): Promise<TargetState | undefined> {
    const { version: before, ...content } = state;
    const item = itemOf(stateKey(target), content, { version: before + 1 });
    return (await this.#write(item, before, signal)) ? stateIn(item) : undefined;
  }

  async listRecorded(plan: string, signal: AbortSignal): Promise<readonly Target[]> {
    const stored = await this.findPlan(plan, signal);
    if (stored === undefined) return [];
    const targets = targetsOf(stored);
    const recorded: Target[] = [];
    for (let first = 0; first < targets.length; first += MAX_PARALLEL_READS) {
      const some = targets.slice(first, first + MAX_PARALLEL_READS);
      const states = await Promise.all(some.map((target) => this.getTargetState(target, signal)));
      recorded.push(...some.filter((_, index) => states[index]?.record?.plan === plan));
    }
    return recorded;
  }

  async claimRun(run: RunReference, execution: string, signal: AbortSignal): Promise<boolean> {
    const expiresAt = expiryOf(Math.max(this.#clock(), run.scheduledTime));
    const item = itemOf(claimKey(run), run, { execution, expiresAt });
    const condition = { kind: 'absent-or-equal', attribute: 'execution', value: execution } as const;
    return (await this.#table.put(item, condition, signal)) === 'written';
  }

  /** @returns Whether it is stored; false where the version that is there is another one. */
  async #write(item: TableItem, expectedVersion: number, signal: AbortSignal): Promise<boolean> {
    const writer = randomUUID();
    const condition: WriteCondition =
      expectedVersion === 0
        ? { kind: 'absent' }
        : { kind: 'equal', attribute: 'version', value: expectedVersion };
    const answer = await this.#table.put({ ...item, writer }, condition, signal);
    return answer === 'written' || answer.found?.writer === writer;
  }
}

/** Each once. */
function targetsOf({ plan, formerTargets = [] }: StoredPlan): readonly Target[] {
  const steps = plan.scenarios.flatMap((scenario) => scenario.steps.map(({ target }) => target));
  return [...new Map([...steps, ...formerTargets].map((target) => [targetName(target), target])).values()];
}
