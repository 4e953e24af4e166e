import fc from 'fast-check';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { CLASSES, CLUSTER, idOf, PLAN } from './cluster-samples.ts';

export const anyClass = fc.constantFrom(...Object.values(CLASSES));

/** A cluster at rest: any composition, any writer. */
export function anyCluster(size: {
  readonly foreign: readonly [number, number];
  readonly ours: readonly [number, number];
  /** Of our replicas: any, or the one that they get when a window ends. Default: any. */
  readonly ownClass?: 'recorded';
}): fc.Arbitrary<DocumentDbObservation> {
  const count = ([min, max]: readonly [number, number]) => fc.integer({ min, max });
  return fc
    .tuple(count(size.foreign), count(size.ours))
    .filter(([foreign, ours]) => foreign + ours >= 1 && foreign + ours <= 16)
    .chain(([foreign, ours]) => {
      const total = foreign + ours;
      return fc.tuple(
        fc.constant(foreign),
        fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: total, maxLength: total }),
        fc.array(fc.tuple(anyClass, fc.integer({ min: 0, max: 15 })), { minLength: total, maxLength: total }),
        fc.nat({ max: total - 1 }),
      );
    })
    .map(([foreign, indexes, parts, writer]) => {
      const instances = parts.map(([instanceClass, promotionTier], at): InstanceObservation => {
        const isOurs = at >= foreign;
        return {
          id: idOf(`${isOurs ? 'o' : 'f'}${indexes[at]}`),
          instanceClass,
          status: 'available',
          isWriter: at === writer,
          promotionTier,
          ...(isOurs && { owner: PLAN }),
        };
      });
      return clusterOf(size.ownClass === 'recorded' ? withRecordedClass(instances) : instances);
    });
}

/** Our replicas have the class of a writer that isn't ours, else of the first instance that isn't. */
function withRecordedClass(instances: readonly InstanceObservation[]): InstanceObservation[] {
  const foreign = instances.filter(({ owner }) => owner === undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  const like = foreign.find(({ isWriter }) => isWriter) ?? foreign[0];
  return instances.map((each) =>
    each.owner === undefined || like === undefined ? each : { ...each, instanceClass: like.instanceClass },
  );
}

export function clusterOf(instances: readonly InstanceObservation[]): DocumentDbObservation {
  return {
    target: { kind: 'docdb', clusterId: CLUSTER },
    arn: `arn:aws:rds:us-east-1:111122223333:cluster:${CLUSTER}`,
    status: 'available',
    instances: [...instances].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** What a scenario asks for: a class, a count, or both. */
export function anyWindowGoal(
  { instances }: DocumentDbObservation,
  allowOutage: fc.Arbitrary<boolean> = fc.boolean(),
): fc.Arbitrary<DocumentDbGoal> {
  const foreign = instances.filter(({ owner }) => owner !== PLAN).length;
  const replicas = instances.filter(({ owner }) => owner === PLAN).map(({ id }) => id);
  return fc
    .record({
      instanceClass: fc.option(anyClass, { nil: undefined }),
      instanceCount: fc.option(fc.integer({ min: Math.max(1, foreign), max: 16 }), { nil: undefined }),
      allowOutage,
    })
    .map(({ instanceClass, instanceCount, allowOutage: allowed }) => ({
      plan: PLAN,
      because: 'scenario nightly-batch',
      allowOutage: allowed,
      ...(instanceClass && { classes: { kind: 'uniform', instanceClass } }),
      count: instanceCount ? { kind: 'total', instanceCount } : { kind: 'own', replicas },
    }));
}
