import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import type { DocumentDbObservation } from '../../handlers/scaling/documentdb/observation.ts';
import type { EcsObservation } from '../../handlers/scaling/ecs/observation.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import { isFields } from '../../handlers/scaling/plan/property-shapes.ts';
import { readTarget } from '../../handlers/scaling/plan/target-name.ts';
import { type ResolutionAsked, resolveValues } from './intrinsic-functions.ts';
import { type Fields, typeOf } from './template.ts';

/**
 * What a template's own clusters and services have outside of all windows, by their short names: as many instances and
 * tasks as it makes. What it doesn't tell whole is left out.
 */
export function templateCapacity(asked: ResolutionAsked): ReadonlyMap<string, Observation> {
  const instances = resourcesOf('AWS::DocDB::DBInstance', asked);
  const bounds = resourcesOf('AWS::ApplicationAutoScaling::ScalableTarget', asked);
  const found = [
    ...resourcesOf('AWS::DocDB::DBCluster', asked).map((cluster) => clusterOf(cluster, instances)),
    ...resourcesOf('AWS::ECS::Service', asked).map((service) => serviceOf(service, bounds)),
  ];
  return new Map(
    found.flatMap((observed) => (observed ? [[targetName(observed.target), observed] as const] : [])),
  );
}

interface ResolvedResource {
  readonly logicalId: string;
  /** What Ref gives, where it is known. */
  readonly ref: string;
  /** What can be resolved of its properties. */
  readonly properties: Fields;
}

function resourcesOf(type: string, asked: ResolutionAsked): readonly ResolvedResource[] {
  return Object.entries(asked.template.resources)
    .filter(([, resource]) => typeOf(resource) === type)
    .map(([logicalId, resource]) => {
      const given = isFields(resource) && isFields(resource.Properties) ? resource.Properties : {};
      const properties = Object.entries(given).flatMap(([name, value]) => {
        const resolved = resolveValues(value, asked);
        return resolved.unknown.length === 0 ? [[name, resolved.value] as const] : [];
      });
      const ref = resolveValues({ Ref: logicalId }, asked);
      return {
        logicalId,
        ref: ref.unknown.length === 0 ? String(ref.value) : '',
        properties: Object.fromEntries(properties),
      };
    });
}

/** Which instance is the writer nobody knows before there is one: it is taken to be the first. */
function clusterOf(
  { ref, properties }: ResolvedResource,
  all: readonly ResolvedResource[],
): DocumentDbObservation | undefined {
  const reading = readTarget(`docdb/${ref}`);
  if (!reading.ok || reading.value.kind !== 'docdb') return undefined;
  const target = reading.value;
  const own = all.filter(
    (instance) => String(instance.properties.DBClusterIdentifier).toLowerCase() === target.clusterId,
  );
  const instances = own.map((instance, index) => ({
    id: String(instance.properties.DBInstanceIdentifier ?? instance.logicalId),
    instanceClass: String(instance.properties.DBInstanceClass ?? ''),
    status: 'available',
    isWriter: index === 0,
    promotionTier: 1,
  }));
  const isTold = instances.length > 0 && instances.every(({ instanceClass }) => instanceClass !== '');
  const scaling = properties.ServerlessV2ScalingConfiguration;
  const minCapacity = Number(isFields(scaling) ? scaling.MinCapacity : Number.NaN);
  const maxCapacity = Number(isFields(scaling) ? scaling.MaxCapacity : Number.NaN);
  if (!isTold) return undefined;
  return {
    target,
    arn: '',
    status: 'available',
    instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)),
    ...(minCapacity <= maxCapacity && { serverless: { minCapacity, maxCapacity } }),
  };
}

/** Without DesiredCount CloudFormation makes one task. */
const DEFAULT_DESIRED_COUNT = 1;

function serviceOf(
  { ref, properties }: ResolvedResource,
  all: readonly ResolvedResource[],
): EcsObservation | undefined {
  const reading = readTarget(ref);
  if (!reading.ok || reading.value.kind !== 'ecs') return undefined;
  const target = reading.value;
  const bounds = all
    .filter(({ properties: own }) => own.ResourceId === `service/${target.cluster}/${target.service}`)
    .map(({ properties: own }) => ({
      minCapacity: Number(own.MinCapacity),
      maxCapacity: Number(own.MaxCapacity),
    }))
    .find(({ minCapacity, maxCapacity }) => minCapacity <= maxCapacity);
  const desiredCount = Number(properties.DesiredCount ?? bounds?.minCapacity ?? DEFAULT_DESIRED_COUNT);
  if (!Number.isInteger(desiredCount)) return undefined;
  return {
    target,
    arn: '',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [],
    ...(bounds && { scalableTarget: bounds }),
  };
}
