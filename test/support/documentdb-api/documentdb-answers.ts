import type { XmlValue } from '../aws-wire/xml.ts';
import {
  type Cluster,
  type DocumentDbState,
  type Instance,
  membersOf,
  type Tags,
} from './documentdb-state.ts';

export const DOCUMENTDB_NAMESPACE = 'http://rds.amazonaws.com/doc/2014-10-31/';
const ENGINE_VERSION = '5.0.0';

/** How the members of each list are called. */
export const LIST_MEMBERS: Readonly<Record<string, string>> = {
  DBClusters: 'DBCluster',
  DBClusterMembers: 'DBClusterMember',
  DBInstances: 'DBInstance',
  TagList: 'Tag',
  OrderableDBInstanceOptions: 'OrderableDBInstanceOption',
  AvailabilityZones: 'AvailabilityZone',
};

/** A DBCluster, with the fields that a caller may want. */
export function describeCluster(state: DocumentDbState, cluster: Cluster): XmlValue {
  const { id, arn, engine, status, writer, serverless } = cluster;
  return {
    DBClusterIdentifier: id,
    DBClusterArn: arn,
    Status: status,
    Engine: engine,
    EngineVersion: ENGINE_VERSION,
    ...(serverless && {
      ServerlessV2ScalingConfiguration: {
        MinCapacity: serverless.minCapacity,
        MaxCapacity: serverless.maxCapacity,
      },
    }),
    DBClusterMembers: membersOf(state, id).map((member) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: member.id === writer,
      PromotionTier: member.promotionTier,
    })),
  };
}

/** A DBInstance, with the fields that a caller may want. */
export function describeInstance(instance: Instance): XmlValue {
  const { id, arn, clusterId, instanceClass, pendingClass, status } = instance;
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: arn,
    DBInstanceClass: instanceClass,
    DBInstanceStatus: status,
    DBClusterIdentifier: clusterId,
    Engine: 'docdb',
    EngineVersion: ENGINE_VERSION,
    AvailabilityZone: instance.availabilityZone,
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    PendingModifiedValues: { DBInstanceClass: pendingClass },
    PromotionTier: instance.promotionTier,
    ...instance.settings,
  };
}

export function describeTags(tags: Tags): XmlValue[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function describeOrderableOption(instanceClass: string): XmlValue {
  return {
    Engine: 'docdb',
    EngineVersion: ENGINE_VERSION,
    DBInstanceClass: instanceClass,
    LicenseModel: 'na',
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({ Name: `us-east-1${zone}` })),
    Vpc: true,
  };
}
