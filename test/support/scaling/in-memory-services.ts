import { ProviderError } from '../../../handlers/errors.ts';
import type { Change } from '../../../handlers/scaling/decision/change.ts';
import type {
  ChangeAnswer,
  Observation,
  ScalingTarget,
} from '../../../handlers/scaling/decision/scaling-target.ts';
import type { EcsObservation } from '../../../handlers/scaling/ecs/observation.ts';
import { type Target, targetName } from '../../../handlers/scaling/plan/plan.ts';

/** ECS services that change at once; for tests of what a run does, not of what ECS does. */
export class InMemoryServices implements ScalingTarget {
  readonly services = new Map<string, EcsObservation>();
  /** What was called for, in order. */
  readonly changes: { readonly target: string; readonly change: Change }[] = [];
  /** Answers in place of the next calls, in order. */
  readonly refusals: ChangeAnswer[] = [];
  /** Targets that can't be read, and why. */
  readonly unreadable = new Map<string, ProviderError>();
  /** Done before each read. */
  beforeRead: (() => Promise<void>) | undefined;

  constructor(services: readonly EcsObservation[]) {
    for (const service of services) this.services.set(targetName(service.target), service);
  }

  async observe(target: Target): Promise<Observation | undefined> {
    await this.beforeRead?.();
    const error = this.unreadable.get(targetName(target));
    if (error !== undefined) throw error;
    return this.services.get(targetName(target));
  }

  async apply({ target }: Observation, change: Change): Promise<ChangeAnswer> {
    const name = targetName(target);
    const service = this.services.get(name);
    if (service === undefined || change.kind !== 'set-desired-count') {
      throw new ProviderError('InternalFailure', `${change.kind} of ${name} is not expected here`);
    }
    this.changes.push({ target: name, change });
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    const { desiredCount } = change;
    this.services.set(name, { ...service, desiredCount, runningCount: desiredCount });
    return 'accepted';
  }
}
