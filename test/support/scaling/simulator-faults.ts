/** A call that reached the simulator, before anything is done about it. */
export interface SimulatedCall {
  readonly service: SimulatedService;
  /** `ModifyDBInstance`, `UpdateService`, … */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Who called: what `clients()` was given. */
  readonly caller: string;
  /** The world's calls are counted from 0, reads as well. */
  readonly index: number;
  readonly at: number;
  readonly isMutation: boolean;
}

export type SimulatedService = 'documentdb' | 'ecs' | 'application-autoscaling';

/** What happens to a call instead of what should. */
export type Fault =
  /** It is refused, and nothing is done. */
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** The connection breaks, and nothing is done. */
  | { readonly kind: 'reset' }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost-answer' }
  /** It is done, and answered with an error. */
  | { readonly kind: 'error-afterwards'; readonly code: string; readonly status?: number }
  /** It is accepted, and what it has begun goes wrong. */
  | { readonly kind: 'mishap'; readonly mishap: Mishap };

/** What goes wrong with what a call has begun, although it was accepted. */
export type Mishap =
  /** ModifyDBInstance: as if ApplyImmediately had not been there. */
  | 'pends'
  /** Creation or modification of an instance, a failover, a deployment: it goes on for ever. */
  | 'never-ends'
  /** The instance ends as `failed`, the deployment as FAILED. */
  | 'fails'
  /** FailoverDBCluster: the cluster is available again, with the same writer. */
  | 'changes-nothing';

export interface PlannedFault {
  readonly fault: Fault;
  /** Default: any. */
  readonly action?: string;
  /** Default: every call of the action. */
  readonly when?: (call: SimulatedCall) => boolean;
  /** How many that fit are let through first. Default 0. */
  readonly skip?: number;
  /** How many are hit. Default 1. */
  readonly times?: number;
}

/** Which calls go wrong: the first plan that fits, else what `decide` says. */
export class SimulatorFaults {
  /** For faults that are drawn by a seed. Default: none. */
  decide: (call: SimulatedCall) => Fault | undefined = () => undefined;
  readonly #plans: { readonly plan: PlannedFault; skip: number; left: number }[] = [];

  plan(plan: PlannedFault): void {
    this.#plans.push({ plan, skip: plan.skip ?? 0, left: plan.times ?? 1 });
  }

  /** No plan is left, and nothing is decided. */
  clear(): void {
    this.#plans.length = 0;
    this.decide = () => undefined;
  }

  take(call: SimulatedCall): Fault | undefined {
    for (const entry of this.#plans) {
      const { action = call.action, when = () => true, fault } = entry.plan;
      if (entry.left <= 0 || action !== call.action || !when(call)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      return fault;
    }
    return this.decide(call);
  }
}
