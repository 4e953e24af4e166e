import assert from 'node:assert/strict';
import {
  ClusterNotFoundException,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  ServiceNotActiveException,
  ServiceNotFoundException,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { ConformanceTests } from '../aws-wire/conformance.ts';

/**
 * An ECS API with the cluster `prod` and its service `batch`, which has the desired count 2, runs so many tasks, and has
 * the tag `deploytime:scaling=true`.
 */
export interface EcsUnderTest {
  readonly client: ECSClient;
  /** Lets what is under way come to its end. */
  settle(): void;
}

/** What the API reference of ECS says of the actions that this project calls, through the SDK's own client. */
export const ECS_TESTS = {
  'a service has its counts, status and ARN': async (api) => {
    const service = await getService(api);
    assert.equal(service.serviceName, 'batch');
    assert.match(service.serviceArn ?? '', /^arn:aws:ecs:us-east-1:\d{12}:service\/prod\/batch$/);
    assert.match(service.clusterArn ?? '', /^arn:aws:ecs:us-east-1:\d{12}:cluster\/prod$/);
    assert.equal(service.status, 'ACTIVE');
    assert.equal(service.desiredCount, 2);
  },
  'a service that is settled runs what it should': async (api) => {
    const service = await getService(api);
    assert.deepEqual([service.runningCount, service.pendingCount], [2, 0]);
  },
  'a service that is settled has one deployment, the primary one': async (api) => {
    const { deployments } = await getService(api);
    assert.equal(deployments?.length, 1);
    assert.equal(deployments[0]?.status, 'PRIMARY');
    assert.equal(deployments[0]?.desiredCount, 2);
  },
  'its deployment is complete': async (api) => {
    assert.equal((await getService(api)).deployments?.[0]?.rolloutState, 'COMPLETED');
  },
  'its tags come where they are asked for': async (api) => {
    const described = await describe(api, { include: ['TAGS'] });
    assert.deepEqual(described.services?.[0]?.tags, [{ key: 'deploytime:scaling', value: 'true' }]);
  },
  'its tags come only where they are asked for': async (api) => {
    assert.deepEqual((await getService(api)).tags ?? [], []);
  },
  'a service is found by ARNs as well': async (api) => {
    const { serviceArn = '', clusterArn } = await getService(api);
    const { services } = await describe(api, { services: [serviceArn], cluster: clusterArn });
    assert.equal(services?.[0]?.serviceName, 'batch');
  },
  'a service that is not there is a failure in the answer, and those that are there come too': async (
    api,
  ) => {
    const { services, failures } = await describe(api, { services: ['none', 'batch'] });
    assert.deepEqual(
      services?.map(({ serviceName }) => serviceName),
      ['batch'],
    );
    assert.equal(failures?.length, 1);
    assert.equal(failures[0]?.reason, 'MISSING');
    assert.match(failures[0]?.arn ?? '', /:service\/(prod\/)?none$/);
  },
  'a cluster that is not there is an exception': async (api) => {
    await assert.rejects(describe(api, { cluster: 'none' }), ClusterNotFoundException);
    await assert.rejects(update(api, 3, { cluster: 'none' }), ClusterNotFoundException);
  },
  'from 1 to 10 services are described at once': async (api) => {
    const eleven = Array.from({ length: 11 }, (_, index) => `service-${index}`);
    for (const services of [[], eleven]) {
      await assert.rejects(describe(api, { services }), { name: 'InvalidParameterException' });
    }
  },
  'a desired count is set, and shows at once': async (api) => {
    const { service } = await update(api, 5);
    assert.equal(service?.desiredCount, 5);
    assert.equal((await getService(api)).desiredCount, 5);
  },
  'a desired count is reached, in the deployment that was there': async (api) => {
    const before = await getService(api);
    for (const desiredCount of [5, 1, 0, 3]) {
      await update(api, desiredCount);
      api.settle();
      const service = await getService(api);
      assert.deepEqual([service.runningCount, service.pendingCount], [desiredCount, 0]);
      assert.equal(service.deployments?.length, 1);
      assert.equal(service.deployments[0]?.id, before.deployments?.[0]?.id);
    }
  },
  'a desired count takes its time': async (api) => {
    await update(api, 5);
    const up = await getService(api);
    assert.deepEqual([up.runningCount, up.pendingCount], [2, 3]);
    api.settle();
    await update(api, 1);
    const down = await getService(api);
    assert.deepEqual([down.runningCount, down.pendingCount], [5, 0]);
  },
  'a desired count is not below 0': async (api) => {
    await assert.rejects(update(api, -1), { name: 'InvalidParameterException' });
  },
  'a service that is not there is not updated': async (api) => {
    await assert.rejects(update(api, 3, { service: 'none' }), ServiceNotFoundException);
  },
  'a deleted service is INACTIVE, and is not updated any more': async (api) => {
    await update(api, 0);
    api.settle();
    await api.client.send(new DeleteServiceCommand({ cluster: 'prod', service: 'batch' }));
    api.settle();
    assert.equal((await getService(api)).status, 'INACTIVE');
    await assert.rejects(update(api, 3), ServiceNotActiveException);
  },
  'a service that still has tasks is deleted only by force': async (api) => {
    const remove = (force: boolean) =>
      api.client.send(new DeleteServiceCommand({ cluster: 'prod', service: 'batch', force }));
    await assert.rejects(remove(false), { name: 'InvalidParameterException' });
    await remove(true);
  },
} satisfies ConformanceTests<EcsUnderTest>;

export type EcsTest = keyof typeof ECS_TESTS;

function describe(
  { client }: EcsUnderTest,
  input: {
    readonly services?: string[];
    readonly cluster?: string | undefined;
    readonly include?: 'TAGS'[];
  },
) {
  return client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['batch'], ...input }));
}

async function getService(api: EcsUnderTest): Promise<Service> {
  const { services } = await describe(api, {});
  assert.equal(services?.length, 1);
  return services[0] ?? {};
}

function update(
  { client }: EcsUnderTest,
  desiredCount: number,
  other: { readonly cluster?: string; readonly service?: string } = {},
) {
  return client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'batch', desiredCount, ...other }));
}
