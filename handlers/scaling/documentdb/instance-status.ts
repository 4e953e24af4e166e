/**
 * What an instance's status means for what may be done now. Whatever AWS may add to its list is taken for a
 * transition: it is waited for, never acted upon.
 */
export type InstanceCondition =
  | 'available'
  /** With its cluster. */
  | 'stopped'
  /** It doesn't become available by itself: a person has to look at it. */
  | 'broken'
  | 'deleting'
  /** Something is being done to it, which ends by itself. */
  | 'in-transition';

/**
 * Statuses that don't pass by themselves. Those that DocumentDB documents, and those that RDS does, whose API it
 * speaks. Any other `incompatible-…` is one too.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/monitoring_docdb-instance_status.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
const BROKEN_STATUSES = [
  'failed',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'insufficient-capacity',
  'restore-error',
  'storage-full',
];

export function instanceCondition(status: string): InstanceCondition {
  if (status === 'available' || status === 'stopped') return status;
  if (status === 'deleting' || status === 'delete-precheck') return 'deleting';
  return BROKEN_STATUSES.includes(status) || status.startsWith('incompatible-') ? 'broken' : 'in-transition';
}

export function isAvailable({ status }: { readonly status: string }): boolean {
  return instanceCondition(status) === 'available';
}

export function isBroken({ status }: { readonly status: string }): boolean {
  return instanceCondition(status) === 'broken';
}
