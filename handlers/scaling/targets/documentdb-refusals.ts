import type { RefusalTable } from './refusal.ts';

/**
 * What the errors mean that the calls of DocumentDbScalingTarget can answer with. The names are the SDK's: what is sent
 * as `InvalidDBInstanceState` is InvalidDBInstanceStateFault here. `not-found` is said of the cluster and its instances
 * alone; where anything else that they need is missing, the request can't be.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBInstance.html
 */
export const DOCUMENTDB_REFUSALS: RefusalTable = {
  InvalidDBClusterStateFault: 'state',
  InvalidDBInstanceStateFault: 'state',
  InvalidDBSecurityGroupStateFault: 'state',
  InvalidDBSubnetGroupStateFault: 'state',

  InsufficientDBInstanceCapacityFault: 'capacity',
  // Not in the model of these calls, but of the same kind.
  InsufficientDBClusterCapacityFault: 'capacity',

  InstanceQuotaExceededFault: 'quota',
  SnapshotQuotaExceededFault: 'quota',
  StorageQuotaExceededFault: 'quota',

  DBClusterNotFoundFault: 'not-found',
  DBInstanceNotFoundFault: 'not-found',

  DBInstanceAlreadyExistsFault: 'already-exists',

  KMSKeyNotAccessibleFault: 'access',

  AuthorizationNotFoundFault: 'invalid',
  CertificateNotFoundFault: 'invalid',
  DBClusterAlreadyExistsFault: 'invalid',
  DBClusterParameterGroupNotFoundFault: 'invalid',
  DBParameterGroupNotFoundFault: 'invalid',
  DBSecurityGroupNotFoundFault: 'invalid',
  DBSnapshotAlreadyExistsFault: 'invalid',
  DBSubnetGroupDoesNotCoverEnoughAZs: 'invalid',
  DBSubnetGroupNotFoundFault: 'invalid',
  DBUpgradeDependencyFailureFault: 'invalid',
  InvalidSubnet: 'invalid',
  InvalidVPCNetworkStateFault: 'invalid',
  NetworkTypeNotSupported: 'invalid',
  StorageTypeNotSupportedFault: 'invalid',
};
