import assert from 'node:assert/strict';
import { ECR_IMAGE_ATTRIBUTES, ECR_IMAGE_TYPE } from '../../handlers/resources/ecr-image-properties.ts';
import {
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../support/cloudformation/lifecycle-suite.ts';
import { REPOSITORY, SOURCE_HOST, startEcrImageWorld } from '../support/ecr-image/ecr-image-world.ts';
import { builtService, handlerOf } from '../support/lambda/built-service.ts';
import { startHeldServer } from '../support/lambda/held-server.ts';

/** The same suite as in one process, over the bundles that are deployed: entries, environment and all. */
lifecycleSuite({
  name: `The built function of ${ECR_IMAGE_TYPE}`,
  resourceType: ECR_IMAGE_TYPE,
  attributes: ECR_IMAGE_ATTRIBUTES,
  start: startWorld,
});

async function startWorld({ responseOrigin, ...account }: Surroundings): Promise<LifecycleWorld> {
  const world = await startEcrImageWorld();
  const source = await startHeldServer(new URL(world.source.origin), /\/blobs\//);
  const service = await builtService('ecr-image', {
    ...account,
    responseEndpoint: new URL(responseOrigin),
    accountEndpoint: new URL(world.api.origin),
    registryHosts: {
      ...Object.fromEntries([...world.ecr.redirectedHosts].map(([host, base]) => [host, base.href])),
      [SOURCE_HOST]: source.origin,
    },
  });
  const valid = {
    RepositoryName: REPOSITORY,
    Source: world.sourceOf(world.images.one.root.digest),
    UsedBy: 'lambda',
    OnDelete: 'delete',
  };
  return {
    provider: {
      handler: handlerOf(service.provider),
      anotherInstance: () => handlerOf(service.provider, { cold: true }),
      maximumRetryAttempts: 0,
      onFailure: { handler: handlerOf(service.undelivered) },
    },
    samples: {
      valid,
      inPlace: { ...valid, UsedBy: 'any' },
      replacement: { ...valid, Tag: 'next' },
      invalid: { ...valid, Platform: 'linux/riscv64' },
      invalidProperty: 'Platform',
      requiredProperty: 'RepositoryName',
    },
    cleanup: async () => {
      await service.stop();
      await source.stop();
      await world[Symbol.asyncDispose]();
      assert.deepEqual(world.violations(), []);
    },
    log: () => [...service.provider.lines, ...service.undelivered.lines].join('\n'),
    observe: async () => world.observe(),
    vanish: async () => {
      const repository = world.ecr.store.getRepository(REPOSITORY);
      for (const digest of [...repository.manifests.keys()]) repository.removeManifest(digest);
    },
    hold: source.hold,
  };
}
