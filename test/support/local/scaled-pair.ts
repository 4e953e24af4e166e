import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { Account } from '../../../local/account.ts';
import { createDatabaseCluster } from '../../../local/database-cluster.ts';
import { readCapacity } from '../../../local/example-run/capacity.ts';

const NEVER = new AbortController().signal;
const ECS_CLUSTER = 'prod';
const FAMILY = 'batch';
const TAGS = [{ key: 'deploytime:scaling', value: 'true' }];

/** A DocumentDB cluster of two instances and an ECS service of two tasks, which the service may scale. */
export interface ScaledPair {
  /** `docdb/<name>` and `ecs/prod/<name>`. */
  readonly cluster: string;
  readonly service: string;
  /** `2 × db.r5.large; 2 tasks` */
  capacity(): Promise<string>;
}

export async function createScaledPair(account: Account, name: string): Promise<ScaledPair> {
  await createDatabaseCluster(account, name, NEVER);
  const { ecs } = account;
  await ecs.send(new CreateClusterCommand({ clusterName: ECS_CLUSTER }));
  const containerDefinitions = [{ name: 'app', image: 'example/app', memory: 64 }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: FAMILY, containerDefinitions }));
  await ecs.send(
    new CreateServiceCommand({
      cluster: ECS_CLUSTER,
      serviceName: name,
      taskDefinition: FAMILY,
      desiredCount: 2,
      tags: TAGS,
    }),
  );
  const pair = { databaseCluster: name, serviceCluster: ECS_CLUSTER, service: name };
  return {
    cluster: `docdb/${name}`,
    service: `ecs/${ECS_CLUSTER}/${name}`,
    capacity: async () => {
      const { database, tasks } = await readCapacity(account, pair, NEVER);
      return `${database}; ${tasks}`;
    },
  };
}
