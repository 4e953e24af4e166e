import assert from 'node:assert/strict';
import type { Surroundings } from '../cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../cloudformation/template.ts';
import {
  type EcrImageWorld,
  REPOSITORY,
  SOURCE_HOST,
  startEcrImageWorld,
} from '../ecr-image/ecr-image-world.ts';
import { type BuiltService, builtService } from './built-service.ts';
import { type Relay, startRelay } from './relay.ts';

/** The built function of `Custom::EcrImage` in a world of its own, to which all of its requests go through relays. */
export interface BuiltEcrImage {
  readonly world: EcrImageWorld;
  readonly service: BuiltService;
  /** In front of the source; it can hold up blobs. */
  readonly source: Relay;
  /** An image of the source, for Lambda; removed with the resource. */
  readonly valid: TemplateProperties & { readonly RepositoryName: string };
  readonly stop: () => Promise<void>;
}

export interface BuiltEcrImageOptions {
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  /** Called after each request to ECR's API or to a registry, before the function hears of its answer. */
  readonly onAnswered?: (request: string) => void;
}

/** `stop` also fails where one of the servers found fault with a request. */
export async function startBuiltEcrImage(
  { responseOrigin, partition, region, accountId }: Omit<Surroundings, 'statusOf'>,
  { onAnswered, ...limits }: BuiltEcrImageOptions = {},
): Promise<BuiltEcrImage> {
  const world = await startEcrImageWorld();
  const relayOptions = onAnswered && { onAnswered };
  const source = await startRelay(world.source.origin, { holds: /\/blobs\//, ...relayOptions });
  const api = await startRelay(world.api.origin, relayOptions);
  const relays = [source, api];
  const registryHosts: Record<string, string> = { [SOURCE_HOST]: source.origin };
  for (const [host, base] of world.ecr.redirectedHosts) {
    const relay = await startRelay(base.href, relayOptions);
    relays.push(relay);
    registryHosts[host] = relay.origin;
  }
  const service = await builtService(
    'ecr-image',
    {
      partition,
      region,
      accountId,
      responseEndpoint: new URL(responseOrigin),
      accountEndpoint: new URL(api.origin),
      registryHosts,
    },
    limits,
  );
  return {
    world,
    service,
    source,
    valid: {
      RepositoryName: REPOSITORY,
      Source: world.sourceOf(world.images.one.root.digest),
      UsedBy: 'lambda',
      OnDelete: 'delete',
    },
    stop: async () => {
      await service.stop();
      await Promise.all(relays.map((relay) => relay.stop()));
      await world[Symbol.asyncDispose]();
      assert.deepEqual(world.violations(), []);
    },
  };
}
