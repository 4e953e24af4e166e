import { documentDbCapacitySchema, ecsCapacitySchema, instanceClass } from './capacity-properties.ts';
import {
  type Bounds,
  type DocumentDbCapacity,
  type DocumentDbTarget,
  type EcsCapacity,
  type EcsTarget,
  type Target,
  targetName,
} from './plan.ts';
import { boundMistakes } from './plan-bounds.ts';
import { type FieldsGiven, isGiven, readElements, readFields, reportUnknown } from './property-fields.ts';
import { pathOf } from './property-path.ts';

/** A capacity as it was given: in a step, or in its `After`. */
export interface CapacityGiven extends FieldsGiven {
  readonly bounds: Bounds;
  readonly within: 'a step' | 'After';
  /** What else may stand beside the capacity: in a step its `Target` and `After`. */
  readonly besides: readonly string[];
}

const DOCUMENTDB_NAMES = Object.keys(documentDbCapacitySchema);
const ECS_NAMES = Object.keys(ecsCapacitySchema);
/** Alone they ask for nothing. */
const CLUSTER_CAPACITIES = DOCUMENTDB_NAMES.filter(
  (name) => name !== 'AllowOutage' && name !== 'FallbackClasses',
);
const CLUSTER = 'a DocumentDB cluster';
const SERVICE = 'an ECS service';

/** What a service with a scalable target takes, and one without. */
export const ONE_KIND =
  'allowed is DesiredCount where the service has no scalable target, or MinCapacity and MaxCapacity where it has one';

/** Undefined where there is a mistake in it. */
export function readDocumentDbCapacity(
  target: DocumentDbTarget,
  capacityGiven: CapacityGiven,
): DocumentDbCapacity | undefined {
  const { path, mistakes, bounds } = capacityGiven;
  const before = mistakes.count;
  const values = readFields(documentDbCapacitySchema, capacityGiven);
  const fallbackClasses =
    values.FallbackClasses &&
    readElements(instanceClass(), values.FallbackClasses, {
      path: pathOf(path, 'FallbackClasses'),
      mistakes,
    });
  const capacity: DocumentDbCapacity = {
    ...(values.InstanceClass !== undefined && { instanceClass: values.InstanceClass }),
    ...(fallbackClasses !== undefined && { fallbackClasses }),
    ...(values.InstanceCount !== undefined && { instanceCount: values.InstanceCount }),
    ...(values.State !== undefined && { state: values.State }),
    ...(values.MinCapacity !== undefined && { minCapacity: values.MinCapacity }),
    allowOutage: values.AllowOutage ?? false,
  };
  reportStrangers(target, capacityGiven);
  for (const sentence of clusterRules(capacityGiven, capacity)) mistakes.add(sentence);
  for (const clause of boundMistakes({ target, capacity }, bounds)) mistakes.add(pathOf(path, clause));
  return mistakes.count === before ? capacity : undefined;
}

/** Undefined where there is a mistake in it. */
export function readEcsCapacity(target: EcsTarget, capacityGiven: CapacityGiven): EcsCapacity | undefined {
  const { path, mistakes, bounds } = capacityGiven;
  const before = mistakes.count;
  const { DesiredCount, MinCapacity, MaxCapacity } = readFields(ecsCapacitySchema, capacityGiven);
  const capacity: EcsCapacity =
    DesiredCount !== undefined
      ? { desiredCount: DesiredCount }
      : {
          ...(MinCapacity !== undefined && { minCapacity: MinCapacity }),
          ...(MaxCapacity !== undefined && { maxCapacity: MaxCapacity }),
        };
  reportStrangers(target, capacityGiven);
  for (const sentence of serviceRules(capacityGiven)) mistakes.add(sentence);
  if (MinCapacity !== undefined && MaxCapacity !== undefined && MinCapacity > MaxCapacity) {
    mistakes.add(
      `${pathOf(path, 'MinCapacity')} is ${MinCapacity}, allowed is at most MaxCapacity, ${MaxCapacity}`,
    );
  }
  for (const clause of boundMistakes({ target, capacity }, bounds)) mistakes.add(pathOf(path, clause));
  return mistakes.count === before ? capacity : undefined;
}

function* clusterRules(capacityGiven: CapacityGiven, capacity: DocumentDbCapacity): Generator<string> {
  const { path } = capacityGiven;
  const asked = namesGiven(capacityGiven, [...CLUSTER_CAPACITIES, 'FallbackClasses']);
  if (asked.length === 0) yield* asksNothing(capacityGiven, CLUSTER_CAPACITIES);
  const { instanceClass: first, fallbackClasses = [], state } = capacity;
  if (asked.includes('FallbackClasses') && !asked.includes('InstanceClass')) {
    yield `${pathOf(path, 'FallbackClasses')} needs InstanceClass: they are tried where AWS has no capacity for it`;
  }
  const classes = first === undefined ? fallbackClasses : [first, ...fallbackClasses];
  const repeated = classes.find((name, index) => classes.indexOf(name) !== index);
  if (repeated !== undefined) {
    yield `${pathOf(path, 'FallbackClasses')} repeats ${repeated}, allowed are classes that differ from each other and from InstanceClass`;
  }
  const others = asked.filter((name) => name !== 'State');
  if (state === 'stopped' && others.length > 0) {
    yield `${pathOf(path, 'State')} is stopped, and ${others.join(', ')} can't be asked for with it: a stopped cluster takes no change`;
  }
}

function* serviceRules(capacityGiven: CapacityGiven): Generator<string> {
  const asked = namesGiven(capacityGiven, ECS_NAMES);
  if (asked.length === 0) yield* asksNothing(capacityGiven, ECS_NAMES);
  const bounds = asked.filter((name) => name !== 'DesiredCount');
  if (asked.includes('DesiredCount') && bounds.length > 0) {
    yield `${capacityGiven.path} asks for DesiredCount and for ${bounds.join(', ')}, ${ONE_KIND}`;
  }
}

/** What of these names is given, readable or not. */
function namesGiven({ given }: FieldsGiven, names: readonly string[]): readonly string[] {
  return names.filter((name) => isGiven(given, name));
}

/** Where the other kind's capacities were asked for, that is the mistake. */
function* asksNothing(capacityGiven: CapacityGiven, allowed: readonly string[]): Generator<string> {
  if (namesGiven(capacityGiven, [...CLUSTER_CAPACITIES, ...ECS_NAMES]).length > 0) return;
  yield `${capacityGiven.path} asks for no capacity, allowed is one or more of ${allowed.join(', ')}`;
}

/** Names of the other kind of target are told from names that nothing has. */
function reportStrangers(target: Target, capacityGiven: CapacityGiven): void {
  const { path, mistakes, within, besides } = capacityGiven;
  const isCluster = target.kind === 'docdb';
  const [own, others] = isCluster ? [DOCUMENTDB_NAMES, ECS_NAMES] : [ECS_NAMES, DOCUMENTDB_NAMES];
  const [kind, otherKind] = isCluster ? [CLUSTER, SERVICE] : [SERVICE, CLUSTER];
  const foreign = others.filter((name) => !own.includes(name));
  for (const name of namesGiven(capacityGiven, foreign)) {
    mistakes.add(
      `${pathOf(path, name)} is of ${otherKind}, and ${targetName(target)} is ${kind}, which has ${own.join(', ')}`,
    );
  }
  reportUnknown(capacityGiven, {
    what: `${within} for ${kind}`,
    known: [...besides, ...own],
    toldElsewhere: foreign,
  });
}
