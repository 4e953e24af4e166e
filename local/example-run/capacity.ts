import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { readInstances } from '../database-cluster.ts';
import type { Finding } from './step.ts';

/** What the example scales. */
export interface ScaledPair {
  readonly databaseCluster: string;
  readonly serviceCluster: string;
  readonly service: string;
}

/** How large the two are, for people: `3 × db.r5.xlarge` and `4 tasks`. */
export interface Capacity {
  readonly database: string;
  readonly tasks: string;
}

export async function readCapacity(
  account: Account,
  { databaseCluster, serviceCluster, service }: ScaledPair,
  abortSignal: AbortSignal,
): Promise<Capacity> {
  const instances = await readInstances(account, databaseCluster, abortSignal);
  const { services } = await account.ecs.send(
    new DescribeServicesCommand({ cluster: serviceCluster, services: [service] }),
    { abortSignal },
  );
  return {
    database: describeClasses(instances.map(({ instanceClass }) => instanceClass)),
    tasks: describeService(services?.[0] ?? {}),
  };
}

/** Each class with its number: `2 × db.r5.large`. */
export function describeClasses(classes: readonly string[]): string {
  return [...new Set(classes)]
    .map((each) => `${classes.filter((other) => other === each).length} × ${each}`)
    .join(', ');
}

/** `4 tasks`, and how many run where not all do. */
export function describeService({
  desiredCount = 0,
  runningCount = 0,
}: {
  readonly desiredCount?: number | undefined;
  readonly runningCount?: number | undefined;
}): string {
  const running = runningCount === desiredCount ? '' : `, ${runningCount} running`;
  return `${desiredCount} ${desiredCount === 1 ? 'task' : 'tasks'}${running}`;
}

function describeCapacity({ database, tasks }: Capacity): string {
  return `${database}; ${tasks}`;
}

/** Whether both are as they have to be. */
export function capacityFinding(now: Capacity, expected: Capacity): Finding {
  const text = `now ${describeCapacity(now)}`;
  const isRight = describeCapacity(now) === describeCapacity(expected);
  return { text: isRight ? text : `${text}, not ${describeCapacity(expected)}`, isRight };
}
