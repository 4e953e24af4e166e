import { createHash } from 'node:crypto';
import type { Observation, ScalingTarget } from '../../../handlers/scaling/decision/scaling-target.ts';
import type { TargetState } from '../../../handlers/scaling/decision/target-state.ts';
import type { DocumentDbObservation } from '../../../handlers/scaling/documentdb/observation.ts';
import { originalOfCluster } from '../../../handlers/scaling/documentdb/original.ts';
import { originalOfService } from '../../../handlers/scaling/ecs/original.ts';
import { type Target, targetName } from '../../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import type { ScalingPorts } from '../../../handlers/scaling/run/work-on-target.ts';
import type { PlanStore } from '../../../handlers/scaling/store/plan-store.ts';
import type { Breach } from './rules/rule.ts';

/**
 * Something that is wrong on purpose, between a run and its ports: a suite that does not notice it is worth nothing.
 * Each is made once for a case, and asked for the ports of each invocation.
 */
export interface Control {
  /** What goes wrong. */
  readonly name: string;
  /** The seed of the first case that is tried: some show in a few cases of a hundred. */
  readonly from: number;
  readonly make: () => (ports: ScalingPorts, run: RunReference | undefined) => ScalingPorts;
  /** Whether it was caught for what it is. */
  readonly isCaughtBy: (breach: Breach) => boolean;
}

export const CONTROLS: readonly Control[] = [
  {
    name: 'writer-first',
    from: 3,
    make: () => (ports) => withTargets(ports, { seen: mistakingWriter }),
    isCaughtBy: ({ rule, how }) => rule === 'writer' && how.startsWith('ModifyDBInstance'),
  },
  {
    name: 'unverified-failover',
    from: 20,
    make: () => {
      const believed = new Map<string, string>();
      return (ports) =>
        withTargets(ports, {
          seen: (observed) => believing(observed, believed.get(targetName(observed.target))),
          accepted: ({ target }, change) => {
            if (change.kind === 'fail-over') believed.set(targetName(target), change.instance);
          },
        });
    },
    isCaughtBy: ({ rule, how }) => rule === 'writer' && how.startsWith('DeleteDBInstance'),
  },
  {
    name: 'random-names',
    from: 1,
    make: () => {
      const changed = randomName();
      return (ports) => withTargets(ports, { changed });
    },
    isCaughtBy: ({ rule, how }) => rule === 'count' && how.includes('not derived'),
  },
  {
    // Intents alone keep random names from doubling; names alone have to keep a planner without memory from it.
    name: 'random-names-and-forgotten-intents',
    from: 3,
    make: () => {
      const changed = randomName();
      return (ports) => withTargets(forgetful(ports), { changed });
    },
    isCaughtBy: ({ rule, how }) => rule === 'count' && how.includes('is created beside'),
  },
  {
    name: 'overwritten-record',
    from: 1,
    make: () => (ports, run) => (run?.edge === 'start' ? recordingAnew(ports) : ports),
    isCaughtBy: ({ rule, how }) => rule === 'record' && how.includes('is overwritten'),
  },
  {
    name: 'forgotten-intents',
    from: 1,
    make: () => forgetful,
    isCaughtBy: ({ rule, how }) => rule === 'call' && how.includes(' again, '),
  },
  {
    name: 'unconditional-writes',
    from: 94,
    make: () => (ports) => ({ ...ports, store: withoutVersions(ports.store) }),
    isCaughtBy: ({ rule }) => rule === 'lease' || rule === 'call',
  },
];

type ApplyArguments = Parameters<ScalingTarget['apply']>;

interface TargetMistake {
  readonly seen?: (observed: Observation) => Observation;
  readonly changed?: (change: ApplyArguments[1]) => ApplyArguments[1];
  readonly accepted?: (observed: Observation, change: ApplyArguments[1]) => void;
}

function withTargets(ports: ScalingPorts, mistake: TargetMistake): ScalingPorts {
  const { targets } = ports;
  const { seen = (observed) => observed, changed = (change) => change, accepted } = mistake;
  return {
    ...ports,
    targets: {
      observe: async (target, signal) => {
        const observed = await targets.observe(target, signal);
        return observed && seen(observed);
      },
      apply: async (observed, change, signal) => {
        const answer = await targets.apply(observed, changed(change), signal);
        if (answer === 'accepted') accepted?.(observed, change);
        return answer;
      },
    },
  };
}

/** The last instance is taken for the writer, so the writer is changed as a replica. */
function mistakingWriter(observed: Observation): Observation {
  if (!isCluster(observed) || !observed.instances.some(({ isWriter }) => isWriter)) return observed;
  const last = observed.instances.at(-1)?.id;
  return withWriter(observed, last);
}

/** What was accepted is taken for done. */
function believing(observed: Observation, writer: string | undefined): Observation {
  if (!isCluster(observed) || !observed.instances.some(({ id }) => id === writer)) return observed;
  const { status } = observed;
  return { ...withWriter(observed, writer), status: status === 'failing-over' ? 'available' : status };
}

function withWriter(observed: DocumentDbObservation, writer: string | undefined): DocumentDbObservation {
  const instances = observed.instances.map((each) => ({ ...each, isWriter: each.id === writer }));
  return { ...observed, instances };
}

function isCluster(observed: Observation): observed is DocumentDbObservation {
  return observed.target.kind === 'docdb';
}

/** Another name at each call. It is the same one each time that the case is played. */
function randomName(): (change: ApplyArguments[1]) => ApplyArguments[1] {
  let calls = 0;
  return (change) => {
    if (change.kind !== 'create-replica') return change;
    calls += 1;
    const hash = createHash('sha256').update(String(calls)).digest('hex').slice(0, 12);
    return { ...change, instance: change.instance.replace(/[0-9a-f]{12}-\d+$/, `${hash}-1`) };
  };
}

/** Each start records what is there, whatever was recorded before. */
function recordingAnew(ports: ScalingPorts): ScalingPorts {
  const seen = new Map<string, Observation>();
  const { store } = ports;
  const anew = (target: Target, state: TargetState): TargetState => {
    const observed = seen.get(targetName(target));
    if (state.record === undefined || observed === undefined) return state;
    const original = isCluster(observed)
      ? originalOfCluster(observed, ['classes', 'count'], state.record.plan)
      : originalOfService(observed);
    return { ...state, record: { ...state.record, original } };
  };
  return {
    ...withTargets(ports, {
      seen: (observed) => {
        seen.set(targetName(observed.target), observed);
        return observed;
      },
    }),
    store: {
      ...bound(store),
      saveTargetState: (target, state, signal) => store.saveTargetState(target, anew(target, state), signal),
    },
  };
}

function forgetful(ports: ScalingPorts): ScalingPorts {
  return { ...ports, store: withState(ports.store, ({ intent: _, ...state }) => state) };
}

function withState(store: PlanStore, read: (state: TargetState) => TargetState): PlanStore {
  return {
    ...bound(store),
    getTargetState: async (target, signal) => read(await store.getTargetState(target, signal)),
  };
}

/** Whoever writes last is right. */
function withoutVersions(store: PlanStore): PlanStore {
  return {
    ...bound(store),
    saveTargetState: async (target, state, signal) => {
      const { version } = await store.getTargetState(target, signal);
      return store.saveTargetState(target, { ...state, version }, signal);
    },
  };
}

function bound(store: PlanStore): PlanStore {
  return {
    findPlan: (...given) => store.findPlan(...given),
    listPlans: (...given) => store.listPlans(...given),
    getTargetState: (...given) => store.getTargetState(...given),
    saveTargetState: (...given) => store.saveTargetState(...given),
    listRecorded: (...given) => store.listRecorded(...given),
    claimRun: (...given) => store.claimRun(...given),
  };
}
