import { createDatabaseCluster } from '../../../local/database-cluster.ts';
import { standInForScalableTargets } from '../../../local/scalable-targets.ts';
import { type DeployedService, startDeployedService } from '../local/deployed-service.ts';

/*
 * What the examples find in an account, and what they are given on MiniStack because it lacks something: all that is
 * not as in a real account is in this file, besides `retained-resources.ts`.
 */

const NEVER = new AbortController().signal;

/** The network that every account of MiniStack has. */
export const NETWORK = { VpcId: 'vpc-00000001', SubnetIds: 'subnet-00000001,subnet-00000002' };

/** MiniStack knows no Graviton classes, which the examples have as their default. */
export const BATCH_INSTANCE_CLASS = 'db.r5.xlarge';

/** When a batch starts and ends. */
export interface Night {
  readonly timezone: string;
  readonly start: string;
  readonly end: string;
}

/** In half a day, so that it is not open, and in UTC: MiniStack's schedules know no other zone. */
export function nightAwayFrom(now: Date): Night {
  const hour = (now.getUTCHours() + 12) % 24;
  return { timezone: 'Etc/UTC', start: `cron(0 ${hour} * * ? *)`, end: `cron(30 ${hour} * * ? *)` };
}

/**
 * An account with the service, a DocumentDB cluster of each of these names, and an answer in place of Application Auto
 * Scaling, which MiniStack does not have: no ECS service has a scalable target. The clusters are made by the API, since
 * MiniStack's CloudFormation has no `AWS::DocDB::DBCluster`; so the examples take one that is there, as most users do.
 */
export async function startExampleAccount(databaseClusters: readonly string[]): Promise<DeployedService> {
  const service = await startDeployedService();
  try {
    await standInForScalableTargets(service.account, NEVER);
    for (const name of databaseClusters) await createDatabaseCluster(service.account, name, NEVER);
    return service;
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}
