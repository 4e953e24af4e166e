import type { ScalingPorts } from '../../../handlers/scaling/run/work-on-target.ts';
import type { Control } from './controls.ts';
import { Killed } from './driver/invocation.ts';

/** One call that writes, of all in a case, counted from 0: to the store, or to a target. */
export interface PlannedKill {
  readonly write: number;
  /** `after`: it was carried out, and nobody learnt of it. */
  readonly when: 'before' | 'after';
}

/** Kills the invocation at that call; what it would do afterwards is not done. */
export function killing(planned: PlannedKill): Pick<Control, 'make'> & { readonly writes: () => number } {
  let writes = 0;
  return {
    writes: () => writes,
    make: () => (ports) => {
      let isDead = false;
      const write = async <T>(call: () => Promise<T>): Promise<T> => {
        if (isDead) throw new Killed('It was killed before');
        isDead = writes === planned.write;
        writes += 1;
        if (isDead && planned.when === 'before') throw new Killed('It was killed before the call');
        const result = await call();
        if (isDead) throw new Killed('It was killed after the call');
        return result;
      };
      return withWrites(ports, write);
    },
  };
}

function withWrites(
  { store, targets, clock }: ScalingPorts,
  write: <T>(call: () => Promise<T>) => Promise<T>,
): ScalingPorts {
  return {
    clock,
    store: {
      findPlan: (...given) => store.findPlan(...given),
      listPlans: (...given) => store.listPlans(...given),
      getTargetState: (...given) => store.getTargetState(...given),
      saveTargetState: (...given) => write(() => store.saveTargetState(...given)),
      listRecorded: (...given) => store.listRecorded(...given),
      claimRun: (...given) => write(() => store.claimRun(...given)),
    },
    targets: {
      observe: (...given) => targets.observe(...given),
      apply: (...given) => write(() => targets.apply(...given)),
    },
  };
}
