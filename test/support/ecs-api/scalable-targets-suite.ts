import assert from 'node:assert/strict';
import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  ObjectNotFoundException,
  RegisterScalableTargetCommand,
  ValidationException,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { ConformanceTests } from '../aws-wire/conformance.ts';

/**
 * An Application Auto Scaling API over an ECS API with the cluster `prod` and its service `batch`, which has the desired
 * count 2. It is no scalable target yet.
 */
export interface ScalableTargetsUnderTest {
  readonly client: ApplicationAutoScalingClient;
  readonly ecs: ECSClient;
}

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/prod/batch',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

/** What its API reference says of the actions that this project calls, through the SDK's own client. */
export const SCALABLE_TARGETS_TESTS = {
  'a service that is no scalable target has none': async (api) => {
    assert.deepEqual(await find(api), []);
  },
  'a scalable target has its bounds': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    const [target] = await find(api);
    assert.deepEqual([target?.MinCapacity, target?.MaxCapacity], [1, 6]);
    assert.equal(target?.ResourceId, 'service/prod/batch');
    assert.equal(target.ScalableDimension, 'ecs:service:DesiredCount');
    assert.ok(target.CreationTime instanceof Date);
  },
  'a scalable target of another service is not given': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    assert.deepEqual(await find(api, ['service/prod/other']), []);
  },
  'both bounds change in one call': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    await register(api, { MinCapacity: 7, MaxCapacity: 9 });
    const targets = await find(api);
    assert.deepEqual(
      targets.map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]),
      [[7, 9]],
    );
  },
  'a bound that is not given stays as it is': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    await register(api, { MaxCapacity: 9 });
    await register(api, { MinCapacity: 2 });
    const [target] = await find(api);
    assert.deepEqual([target?.MinCapacity, target?.MaxCapacity], [2, 9]);
  },
  'a new scalable target needs both bounds': async (api) => {
    await assert.rejects(register(api, { MaxCapacity: 6 }), ValidationException);
    await assert.rejects(register(api, { MinCapacity: 1 }), ValidationException);
  },
  'the minimum is not over the maximum, and not below 0': async (api) => {
    await assert.rejects(register(api, { MinCapacity: 7, MaxCapacity: 6 }), ValidationException);
    await assert.rejects(register(api, { MinCapacity: -1, MaxCapacity: 6 }), ValidationException);
  },
  'the service comes within the bounds': async (api) => {
    await register(api, { MinCapacity: 4, MaxCapacity: 6 });
    assert.equal(await desiredCount(api), 4);
    await register(api, { MinCapacity: 0, MaxCapacity: 1 });
    assert.equal(await desiredCount(api), 1);
  },
  'a service within the bounds is left alone': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    assert.equal(await desiredCount(api), 2);
  },
  'a service that is not there can be no scalable target': async (api) => {
    await assert.rejects(
      register(api, { ResourceId: 'service/prod/none', MinCapacity: 1, MaxCapacity: 6 }),
      ValidationException,
    );
  },
  'a scalable target that is not there is not removed': async ({ client }) => {
    await assert.rejects(client.send(new DeregisterScalableTargetCommand(TARGET)), ObjectNotFoundException);
  },
  'a scalable target that was removed is gone': async (api) => {
    await register(api, { MinCapacity: 1, MaxCapacity: 6 });
    await api.client.send(new DeregisterScalableTargetCommand(TARGET));
    assert.deepEqual(await find(api), []);
  },
  'a dimension is asked for only with a resource': async ({ client }) => {
    await assert.rejects(
      client.send(
        new DescribeScalableTargetsCommand({
          ServiceNamespace: 'ecs',
          ScalableDimension: 'ecs:service:DesiredCount',
        }),
      ),
      ValidationException,
    );
  },
  'a namespace that is none is refused': async ({ client }) => {
    await assert.rejects(
      client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'docdb' as 'ecs' })),
      ValidationException,
    );
  },
} satisfies ConformanceTests<ScalableTargetsUnderTest>;

export type ScalableTargetsTest = keyof typeof SCALABLE_TARGETS_TESTS;

async function find({ client }: ScalableTargetsUnderTest, ResourceIds: string[] = [TARGET.ResourceId]) {
  const { ServiceNamespace, ScalableDimension } = TARGET;
  const { ScalableTargets = [] } = await client.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ScalableDimension, ResourceIds }),
  );
  return ScalableTargets;
}

function register(
  { client }: ScalableTargetsUnderTest,
  input: { readonly ResourceId?: string; readonly MinCapacity?: number; readonly MaxCapacity?: number },
) {
  return client.send(new RegisterScalableTargetCommand({ ...TARGET, ...input }));
}

async function desiredCount({ ecs }: ScalableTargetsUnderTest): Promise<number | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['batch'] }));
  return services?.[0]?.desiredCount;
}
