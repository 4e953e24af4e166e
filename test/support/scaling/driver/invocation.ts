import { ProviderError } from '../../../../handlers/errors.ts';
import type { ScalingTarget } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { ScalingPorts } from '../../../../handlers/scaling/run/work-on-target.ts';
import type { PlanStore } from '../../../../handlers/scaling/store/plan-store.ts';
import type { Trouble } from '../cases/scaling-case.ts';
import type { SeededRandom } from '../simulator-random.ts';
import type { EventQueue } from './event-queue.ts';

/** The function lives so long at most. Its last call can't come later. */
export const INVOCATION_LIMIT_MS = 60_000;
const MAX_PAUSE_MS = 50_000;

/** The process is gone: nothing of it goes on. */
export class Killed extends Error {}

export interface InvocationOptions {
  readonly queue: EventQueue;
  readonly random: SeededRandom;
  /** Undefined: nothing goes wrong. */
  readonly trouble: Pick<Trouble, 'kill' | 'pause' | 'storeError' | 'clockSkewMs'> | undefined;
}

/**
 * One invocation of the function: at each call of a port, before it or after it, it may be killed or stand still, and
 * the store may fail. Its clock is not quite right. Once it is killed no call of it is carried out any more.
 */
export class Invocation {
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  readonly #trouble: InvocationOptions['trouble'];
  readonly #startedAt: number;
  #isKilled = false;

  constructor({ queue, random, trouble }: InvocationOptions) {
    this.#queue = queue;
    this.#random = random;
    this.#trouble = trouble;
    this.#startedAt = queue.clock.now;
  }

  ports({ store, targets, clock }: ScalingPorts): ScalingPorts {
    const storeCall = <T>(call: () => Promise<T>): Promise<T> => this.#call(call, true);
    const interrupted: PlanStore = {
      findPlan: (...given) => storeCall(() => store.findPlan(...given)),
      listPlans: (...given) => storeCall(() => store.listPlans(...given)),
      getTargetState: (...given) => storeCall(() => store.getTargetState(...given)),
      saveTargetState: (...given) => storeCall(() => store.saveTargetState(...given)),
      listRecorded: (...given) => storeCall(() => store.listRecorded(...given)),
      claimRun: (...given) => storeCall(() => store.claimRun(...given)),
    };
    const interruptedTargets: ScalingTarget = {
      observe: (...given) => this.#call(() => targets.observe(...given), false),
      apply: (...given) => this.#call(() => targets.apply(...given), false),
    };
    const { clockSkewMs = 0 } = this.#trouble ?? {};
    const skewMs = clockSkewMs === 0 ? 0 : this.#random.integer(-clockSkewMs, clockSkewMs);
    return { store: interrupted, targets: interruptedTargets, clock: () => clock() + skewMs };
  }

  async #call<T>(call: () => Promise<T>, isOfStore: boolean): Promise<T> {
    await this.#interrupt(isOfStore);
    const result = await call();
    await this.#interrupt(isOfStore);
    return result;
  }

  async #interrupt(isOfStore: boolean): Promise<void> {
    if (this.#isKilled) throw new Killed('It was killed before');
    const { kill, pause, storeError } = this.#trouble ?? {};
    // Half of it before the call, half of it after it.
    if (this.#happens(kill)) this.#die('It was killed');
    if (this.#happens(pause)) {
      await this.#queue.pause(this.#random.integer(1, MAX_PAUSE_MS));
      if (this.#queue.clock.now - this.#startedAt >= INVOCATION_LIMIT_MS) this.#die('Its time was over');
    }
    if (isOfStore && this.#happens(storeError)) {
      throw new ProviderError('Throttling', 'The table took no more requests');
    }
  }

  #happens(probability = 0): boolean {
    return probability > 0 && this.#random.chance(probability / 2);
  }

  #die(why: string): never {
    this.#isKilled = true;
    throw new Killed(why);
  }
}
