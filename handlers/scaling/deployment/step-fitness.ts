import type { Next } from '../decision/next-change.ts';
import { clusterCondition } from '../documentdb/cluster-status.ts';
import type { DocumentDbObservation } from '../documentdb/observation.ts';
import { nextServerlessCapacity } from '../documentdb/serverless-capacity.ts';
import { nextDesiredCount } from '../ecs/desired-count.ts';
import type { EcsObservation } from '../ecs/observation.ts';
import { nextScalableBounds } from '../ecs/scalable-bounds.ts';
import type { DocumentDbCapacity, DocumentDbStep, EcsCapacity, EcsStep, Step } from '../plan/plan.ts';
import type { SurveyWishes, TargetSurvey } from './target-survey.ts';

/** So many classes are named where another one was asked for. */
const MAX_NAMED_CLASSES = 12;

/** What has to be looked at for a step. */
export function wishesOf(step: Step): SurveyWishes {
  const capacities = isOfCluster(step) ? capacitiesOf(step) : [];
  const classes = capacities.some(({ instanceClass }) => instanceClass !== undefined);
  return {
    classes,
    instances: classes || capacities.some(({ instanceCount }) => instanceCount !== undefined),
  };
}

/**
 * Why a target can't have what a step asks for, a sentence each, as far as that can be told before it starts.
 * @param plan Whose replicas are not counted.
 */
export function fitnessMistakes(step: Step, survey: TargetSurvey, plan: string): readonly string[] {
  return isOfCluster(step)
    ? clusterMistakes(step, survey, plan)
    : serviceMistakes(step, survey.observed as EcsObservation);
}

function clusterMistakes(
  step: DocumentDbStep,
  { observed, orderableClasses }: TargetSurvey,
  plan: string,
): readonly string[] {
  const cluster = observed as DocumentDbObservation;
  const { clusterId } = step.target;
  if (clusterCondition(cluster.status) === 'deleting') return [`${clusterId} is being deleted`];
  if (wishesOf(step).instances && cluster.instances.length === 0) {
    return [`${clusterId} has no instance: where this stack makes one, let this resource depend on it`];
  }
  return [
    ...capacitiesOf(step).flatMap((capacity) => [
      ...classMistakes(capacity, clusterId, orderableClasses),
      ...countMistakes(capacity, cluster, plan),
    ]),
    ...minimumMistakes(step, cluster),
  ];
}

/** What holds at the start, and what holds after the end. */
function capacitiesOf({ capacity, after }: DocumentDbStep): readonly DocumentDbCapacity[] {
  return after === undefined ? [capacity] : [capacity, after];
}

function classMistakes(
  { instanceClass, fallbackClasses = [] }: DocumentDbCapacity,
  clusterId: string,
  orderable: ReadonlySet<string> | undefined,
): readonly string[] {
  if (instanceClass === undefined || orderable === undefined) return [];
  const missing = [instanceClass, ...fallbackClasses].filter((name) => !orderable.has(name));
  if (missing.length === 0) return [];
  const named = [...orderable].toSorted().slice(0, MAX_NAMED_CLASSES).join(', ');
  const more = orderable.size > MAX_NAMED_CLASSES ? ` and ${orderable.size - MAX_NAMED_CLASSES} more` : '';
  return [
    `${missing.join(' and ')} can't be ordered in this Region for the engine version of ${clusterId}; ${named}${more} can be`,
  ];
}

function countMistakes(
  { instanceCount }: DocumentDbCapacity,
  { target, instances }: DocumentDbObservation,
  plan: string,
): readonly string[] {
  const foreign = instances.filter(({ owner }) => owner !== plan);
  if (instanceCount === undefined || instanceCount >= foreign.length) return [];
  const names = foreign.map(({ id }) => id).join(', ');
  return [
    `InstanceCount of ${target.clusterId} can't be ${instanceCount}: it has ${foreign.length} instances of its own (${names}), and they are never deleted`,
  ];
}

function minimumMistakes({ capacity, after }: DocumentDbStep, cluster: DocumentDbObservation): string[] {
  const mistakesOf = ({ minCapacity, allowOutage }: DocumentDbCapacity, found: DocumentDbObservation) =>
    minCapacity === undefined
      ? []
      : impossible(nextServerlessCapacity({ plan: '', because: '', minCapacity, allowOutage }, found));
  const allowOutage = capacity.allowOutage || after?.allowOutage === true;
  return [
    ...mistakesOf(capacity, cluster),
    ...(after ? mistakesOf({ ...after, allowOutage }, withMinimum(cluster, capacity)) : []),
  ];
}

/** At the end the minimum is that of the window. */
function withMinimum(
  observed: DocumentDbObservation,
  { minCapacity }: DocumentDbCapacity,
): DocumentDbObservation {
  const { serverless } = observed;
  if (serverless === undefined || minCapacity === undefined) return observed;
  return { ...observed, serverless: { ...serverless, minCapacity } };
}

function serviceMistakes({ capacity, after }: EcsStep, observed: EcsObservation): readonly string[] {
  const { cluster, service } = observed.target;
  if (observed.status === 'DRAINING') return [`${cluster}/${service} is being deleted`];
  const mistakes = [...countOrBounds(capacity, observed), ...(after ? countOrBounds(after, observed) : [])];
  if (mistakes.length === 0 || observed.scalableTarget !== undefined) return mistakes;
  return [
    ...mistakes,
    'where this stack makes its scalable target, let this resource depend on that as well',
  ];
}

function countOrBounds(capacity: EcsCapacity, observed: EcsObservation): readonly string[] {
  return impossible(
    'desiredCount' in capacity
      ? nextDesiredCount(capacity.desiredCount, observed)
      : nextScalableBounds({ kind: 'bounds', ...capacity }, observed),
  );
}

function impossible(next: Next | undefined): readonly string[] {
  return next?.kind === 'impossible' ? [next.reason] : [];
}

function isOfCluster(step: Step): step is DocumentDbStep {
  return step.target.kind === 'docdb';
}
