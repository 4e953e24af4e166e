import { type Target, targetName } from '../../../handlers/scaling/plan/plan.ts';
import { InMemoryPlanStore } from '../scaling/in-memory-plan-store.ts';

/** The plans, as the table has them: what is recorded is found by the targets that the stored plan knows of. */
export class PlannedStore extends InMemoryPlanStore {
  override async listRecorded(plan: string): Promise<readonly Target[]> {
    const stored = await this.findPlan(plan);
    if (stored === undefined) return [];
    const steps = stored.plan.scenarios.flatMap((scenario) => scenario.steps);
    const known = [...steps.map(({ target }) => target), ...(stored.formerTargets ?? [])].map(targetName);
    return (await super.listRecorded(plan)).filter((target) => known.includes(targetName(target)));
  }

  /** All that is recorded, also what the plan knows nothing of. */
  listAllRecorded(plan: string): Promise<readonly Target[]> {
    return super.listRecorded(plan);
  }
}
