import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  type DBInstance,
  DeleteDBInstanceCommand,
  type DocDBClient,
  FailoverDBClusterCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  StartDBClusterCommand,
  StopDBClusterCommand,
} from '@aws-sdk/client-docdb';
import type { DocumentDbChange } from '../decision/change.ts';
import { DOCUMENTDB_ENGINE } from './documentdb-reads.ts';
import { DOCUMENTDB_REFUSALS } from './documentdb-refusals.ts';
import type { ChangeCall } from './refusal.ts';
import { OWNER_TAG_KEY, PERMISSION_TAG } from './tags.ts';

/** The one call that makes a change, and its words. */
export interface DocumentDbCall extends ChangeCall {
  send(client: DocDBClient, signal: AbortSignal): Promise<unknown>;
}

/** The last to be promoted by itself. */
const REPLICA_PROMOTION_TIER = 15;

/** @param model What a new replica takes after: the cluster's writer. */
export function documentDbCall(
  clusterId: string,
  change: DocumentDbChange,
  model?: DBInstance,
): DocumentDbCall {
  const cluster = `the cluster ${clusterId}`;
  switch (change.kind) {
    case 'start-cluster': {
      const command = new StartDBClusterCommand({ DBClusterIdentifier: clusterId });
      return {
        ...worded(`start ${cluster}`, 'rds:StartDBCluster', cluster),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'stop-cluster': {
      const command = new StopDBClusterCommand({ DBClusterIdentifier: clusterId });
      return {
        ...worded(`stop ${cluster}`, 'rds:StopDBCluster', cluster),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'change-class': {
      const { instance, instanceClass } = change;
      const command = new ModifyDBInstanceCommand({
        DBInstanceIdentifier: instance,
        DBInstanceClass: instanceClass,
        // Otherwise it waits for the maintenance window.
        ApplyImmediately: true,
      });
      const operation = `change the instance ${instance} to ${instanceClass}`;
      return {
        ...worded(operation, 'rds:ModifyDBInstance', `${cluster} and the instance ${instance}`),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'create-replica': {
      const { instance, instanceClass, owner } = change;
      const command = new CreateDBInstanceCommand({
        DBInstanceIdentifier: instance,
        DBInstanceClass: instanceClass,
        Engine: DOCUMENTDB_ENGINE,
        DBClusterIdentifier: clusterId,
        PromotionTier: REPLICA_PROMOTION_TIER,
        Tags: [
          { Key: OWNER_TAG_KEY, Value: owner },
          { Key: PERMISSION_TAG.key, Value: PERMISSION_TAG.value },
        ],
        ...(model && settingsAfter(model, instanceClass)),
      });
      const operation = `create the instance ${instance} (${instanceClass}) in ${cluster}`;
      return {
        ...worded(operation, 'rds:CreateDBInstance', cluster),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'delete-replica': {
      const { instance } = change;
      const command = new DeleteDBInstanceCommand({ DBInstanceIdentifier: instance });
      return {
        ...worded(`delete the instance ${instance}`, 'rds:DeleteDBInstance', `the instance ${instance}`),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'fail-over': {
      const { instance } = change;
      const command = new FailoverDBClusterCommand({
        DBClusterIdentifier: clusterId,
        TargetDBInstanceIdentifier: instance,
      });
      const operation = `fail over ${cluster} to the instance ${instance}`;
      return {
        ...worded(operation, 'rds:FailoverDBCluster', `${cluster} and each of its instances`),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
    case 'set-min-capacity': {
      const { minCapacity, maxCapacity } = change;
      const command = new ModifyDBClusterCommand({
        DBClusterIdentifier: clusterId,
        ServerlessV2ScalingConfiguration: { MinCapacity: minCapacity, MaxCapacity: maxCapacity },
        ApplyImmediately: true,
      });
      const operation = `set the minimum of ${cluster} to ${minCapacity} DCU, its maximum being ${maxCapacity}`;
      return {
        ...worded(operation, 'rds:ModifyDBCluster', cluster),
        send: (client, abortSignal) => client.send(command, { abortSignal }),
      };
    }
  }
}

/** @param tagged What has to carry the tag. */
function worded(operation: string, action: string, tagged: string): ChangeCall {
  return { service: 'DocumentDB', operation, action, tagged, table: DOCUMENTDB_REFUSALS };
}

/** Instances of this class have no Performance Insights. */
const SERVERLESS_CLASS = 'db.serverless';

/**
 * A replica may become the writer for a while, so it takes after it: the certificate authority that the cluster's clients
 * trust, Performance Insights, and the maintenance window, which otherwise is any hour of the week. Parameters, security
 * groups, encryption and log exports are the cluster's own. AutoMinorVersionUpgrade is refused for an instance, and the
 * Availability Zone is left to AWS, which knows where there is capacity.
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/performance-insights.html
 * @see https://github.com/aws-controllers-k8s/community/issues/2723
 */
function settingsAfter(writer: DBInstance, instanceClass: string): Partial<CreateDBInstanceMessage> {
  const { PreferredMaintenanceWindow, CACertificateIdentifier, PerformanceInsightsKMSKeyId } = writer;
  const hasInsights = writer.PerformanceInsightsEnabled === true && instanceClass !== SERVERLESS_CLASS;
  return {
    ...(PreferredMaintenanceWindow && { PreferredMaintenanceWindow }),
    ...(CACertificateIdentifier && { CACertificateIdentifier }),
    ...(hasInsights && { EnablePerformanceInsights: true }),
    ...(hasInsights && PerformanceInsightsKMSKeyId && { PerformanceInsightsKMSKeyId }),
  };
}
