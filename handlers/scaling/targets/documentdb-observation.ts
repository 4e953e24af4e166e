import type { DBCluster, DBClusterMember, DBInstance } from '@aws-sdk/client-docdb';
import { ProviderError } from '../../errors.ts';
import type { DocumentDbObservation, InstanceObservation } from '../documentdb/observation.ts';
import type { DocumentDbTarget } from '../plan/plan.ts';

/** DocumentDB's own default. */
const DEFAULT_PROMOTION_TIER = 1;

/** What DocumentDB answered to one observation; the two reads are not of the same instant. */
export interface DocumentDbAnswers {
  readonly cluster: DBCluster;
  readonly instances: readonly DBInstance[];
  /** Plan ids by DBInstanceIdentifier. */
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * Reads that disagree are given as they are: an instance that is no member yet is no writer, and of a member that is not
 * among the instances nothing is known.
 * @throws ProviderError `GeneralServiceException` where something is missing without which nothing can be decided.
 */
export function readObservation(target: DocumentDbTarget, answers: DocumentDbAnswers): DocumentDbObservation {
  const { cluster, owners } = answers;
  const members = new Map(
    (cluster.DBClusterMembers ?? []).map((member) => [member.DBInstanceIdentifier, member]),
  );
  const instances = answers.instances.map((instance) =>
    readInstance(instance, members.get(instance.DBInstanceIdentifier), owners),
  );
  const { MinCapacity, MaxCapacity } = cluster.ServerlessV2ScalingConfiguration ?? {};
  const of = `the cluster ${target.clusterId}`;
  return {
    target,
    arn: given(cluster.DBClusterArn, 'DBClusterArn', of),
    status: given(cluster.Status, 'Status', of),
    instances: instances.sort(byId),
    ...(MinCapacity !== undefined &&
      MaxCapacity !== undefined && { serverless: { minCapacity: MinCapacity, maxCapacity: MaxCapacity } }),
  };
}

function readInstance(
  instance: DBInstance,
  member: DBClusterMember | undefined,
  owners: ReadonlyMap<string, string>,
): InstanceObservation {
  const id = given(instance.DBInstanceIdentifier, 'DBInstanceIdentifier', 'an instance');
  const of = `the instance ${id}`;
  const pendingClass = instance.PendingModifiedValues?.DBInstanceClass;
  const owner = owners.get(id);
  return {
    id,
    instanceClass: given(instance.DBInstanceClass, 'DBInstanceClass', of),
    ...(pendingClass && { pendingClass }),
    status: given(instance.DBInstanceStatus, 'DBInstanceStatus', of),
    isWriter: member?.IsClusterWriter === true,
    promotionTier: instance.PromotionTier ?? member?.PromotionTier ?? DEFAULT_PROMOTION_TIER,
    ...(owner !== undefined && { owner }),
  };
}

function given(value: string | undefined, field: string, of: string): string {
  if (value) return value;
  throw new ProviderError('GeneralServiceException', `DocumentDB described ${of} without ${field}`);
}

function byId(one: InstanceObservation, other: InstanceObservation): number {
  return one.id < other.id ? -1 : 1;
}
