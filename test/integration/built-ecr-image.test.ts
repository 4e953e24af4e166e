import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ECR_IMAGE_ATTRIBUTES, ECR_IMAGE_TYPE } from '../../handlers/resources/ecr-image-properties.ts';
import {
  type LifecycleWorld,
  lifecycleCases,
  type Surroundings,
} from '../support/cloudformation/lifecycle-suite.ts';
import { REPOSITORY } from '../support/ecr-image/ecr-image-world.ts';
import { startBuiltEcrImage } from '../support/lambda/built-ecr-image.ts';
import { handlerOf } from '../support/lambda/built-service.ts';

/**
 * Two deliveries at once go to two processes, of which one finds what the other put, and takes it for somebody else's
 * (docs/decisions/0009-memory-in-the-physical-id.md).
 */
const NEEDS_ONE_PROCESS = 'a Create delivered twice at once gives one answer';

/** The same suite as in one process, over the bundles that are deployed: entries, environment and all. */
describe(`The built function of ${ECR_IMAGE_TYPE} through its life`, () => {
  const cases = lifecycleCases({
    name: ECR_IMAGE_TYPE,
    resourceType: ECR_IMAGE_TYPE,
    attributes: ECR_IMAGE_ATTRIBUTES,
    start: startWorld,
  });
  for (const { name, run } of cases.filter((one) => one.name !== NEEDS_ONE_PROCESS)) {
    test(name, async () => assert.equal(await run(), undefined));
  }
});

async function startWorld(surroundings: Surroundings): Promise<LifecycleWorld> {
  const { world, service, source, valid, stop } = await startBuiltEcrImage(surroundings);
  return {
    provider: {
      handler: handlerOf(service.provider),
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
    cleanup: stop,
    log: () => [...service.provider.lines, ...service.undelivered.lines].join('\n'),
    observe: async () => world.observe(),
    vanish: async () => {
      const repository = world.ecr.store.getRepository(REPOSITORY);
      for (const digest of [...repository.manifests.keys()]) repository.removeManifest(digest);
    },
    hold: source.hold,
  };
}
