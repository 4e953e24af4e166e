/**
 * What a cluster's status means for what may be done now. Whatever AWS may add to its list is taken for a transition:
 * it is waited for, never acted upon.
 */
export type ClusterCondition =
  | 'available'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'failing-over'
  /** It will be gone. */
  | 'deleting'
  /** It doesn't become available by itself: a person has to look at it. */
  | 'broken'
  /** Something is being done to it, which ends by itself: `modifying`, `backing-up`, `maintenance`, `upgrading`, … */
  | 'in-transition';

/**
 * Statuses that don't pass by themselves.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/monitoring_docdb-cluster_status.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Status.html
 */
const BROKEN_STATUSES = [
  'cloning-failed',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'migration-failed',
];

export function clusterCondition(status: string): ClusterCondition {
  switch (status) {
    case 'available':
    case 'starting':
    case 'stopping':
    case 'stopped':
    case 'failing-over':
    case 'deleting':
      return status;
    default:
      return BROKEN_STATUSES.includes(status) ? 'broken' : 'in-transition';
  }
}
