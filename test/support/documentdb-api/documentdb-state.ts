/** @see https://docs.aws.amazon.com/documentdb/latest/developerguide/monitoring_docdb-cluster_status.html */
export type ClusterStatus =
  | 'available'
  | 'failing-over'
  | 'modifying'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'deleting';

/** @see https://docs.aws.amazon.com/documentdb/latest/developerguide/monitoring_docdb-instance_status.html */
export type InstanceStatus =
  | 'available'
  | 'creating'
  | 'deleting'
  | 'failed'
  | 'modifying'
  | 'rebooting'
  | 'starting'
  | 'stopping'
  | 'stopped';

export interface Cluster {
  readonly id: string;
  readonly arn: string;
  /** `docdb`; the same API also shows clusters of Aurora and Neptune. */
  readonly engine: string;
  readonly status: ClusterStatus;
  /** The instance that takes writes, if any. */
  readonly writer: string | undefined;
  /** In DCU. */
  readonly serverless: ServerlessScaling | undefined;
  readonly tags: Tags;
  /** What is under way; a timer of an earlier one has nothing to say any more. */
  readonly activity: number;
}

export interface ServerlessScaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

export interface Instance {
  readonly id: string;
  readonly arn: string;
  readonly clusterId: string;
  readonly instanceClass: string;
  /** What PendingModifiedValues has. */
  readonly pendingClass: string | undefined;
  readonly status: InstanceStatus;
  readonly promotionTier: number;
  /** `sun:05:00-sun:05:30`, in UTC. */
  readonly maintenanceWindow: string;
  readonly availabilityZone: string;
  readonly settings: InstanceSettings;
  readonly createdAt: number;
  readonly tags: Tags;
  /** As the cluster's. */
  readonly activity: number;
  /** Which request made the class pend; a later one takes its place. */
  readonly modification: number;
}

/** What does not change in a case of ours, by the names of the wire. */
export interface InstanceSettings {
  readonly CACertificateIdentifier: string;
  readonly PerformanceInsightsEnabled: boolean;
  readonly PerformanceInsightsKMSKeyId?: string;
}

export const DEFAULT_SETTINGS: InstanceSettings = {
  CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  PerformanceInsightsEnabled: false,
};

export const DEFAULT_MAINTENANCE_WINDOW = 'sun:05:00-sun:05:30';

export type Tags = ReadonlyMap<string, string>;

/** All of an account's clusters and instances, by id. It is replaced, never changed. */
export interface DocumentDbState {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly instances: ReadonlyMap<string, Instance>;
}

/** Ordered by id. */
export function membersOf({ instances }: DocumentDbState, clusterId: string): Instance[] {
  return [...instances.values()]
    .filter((instance) => instance.clusterId === clusterId)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
