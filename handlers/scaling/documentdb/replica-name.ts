import { createHash } from 'node:crypto';

/** A DBInstanceIdentifier holds 63 characters; the rest is for our own part of the name. */
const MAX_CLUSTER_PART = 34;
const HASH_DIGITS = 12;
const MAX_INDEX = 999;

/**
 * The DBInstanceIdentifier of a replica that a plan makes: `orders-deploytime-0123456789ab-1`. It is the same for
 * ever, so that a repeated creation is refused by AWS rather than doubled, and another plan or cluster has other ones.
 * Changing this orphans the replicas that are there.
 * @param clusterId A DBClusterIdentifier: letters, digits and single hyphens, a letter first, no hyphen last.
 * @param index From 1.
 */
export function replicaName(plan: string, clusterId: string, index: number): string {
  if (!Number.isInteger(index) || index < 1 || index > MAX_INDEX) {
    throw new RangeError(`A replica's index is from 1 to ${MAX_INDEX}, not ${index}`);
  }
  const cluster = clusterId.toLowerCase();
  const hash = createHash('sha256')
    .update(JSON.stringify([plan, cluster]))
    .digest('hex');
  const readable = cluster.slice(0, MAX_CLUSTER_PART).replace(/-$/, '');
  return `${readable}-deploytime-${hash.slice(0, HASH_DIGITS)}-${index}`;
}

/** The index of a name that `replicaName` gave for this plan and cluster; undefined for any other. */
export function replicaIndex(plan: string, clusterId: string, name: string): number | undefined {
  const digits = /-([1-9]\d{0,2})$/.exec(name)?.[1];
  if (digits === undefined) return undefined;
  const index = Number(digits);
  return replicaName(plan, clusterId, index) === name ? index : undefined;
}
