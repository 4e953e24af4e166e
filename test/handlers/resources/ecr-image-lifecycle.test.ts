import assert from 'node:assert/strict';
import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import { ECR_IMAGE_ATTRIBUTES, ECR_IMAGE_TYPE } from '../../../handlers/resources/ecr-image-properties.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  type EcrImageWorld,
  REPOSITORY,
  startEcrImageWorld,
} from '../../support/ecr-image/ecr-image-world.ts';
import type { TestProvider } from '../../support/provider/provider.ts';

/** What is left of the time limit where the provider is held up, in milliseconds: a few times what an answer takes. */
const HELD_MS = 1_000;

/** How a sample differs from the valid one, so that another physical id comes of it. */
const REPLACEMENTS: Readonly<Record<string, (world: EcrImageWorld) => TemplateProperties>> = {
  // The same image under two tags: the old one's removal must leave it to the new one.
  'another tag': () => ({ Tag: 'next' }),
  'another source': ({ images, sourceOf }) => ({ Source: sourceOf(images.two.root.digest) }),
  'an index in place of an image': ({ images, sourceOf }) => ({
    Source: sourceOf(images.index.root.digest),
    Platform: 'all',
    UsedBy: 'ecs',
  }),
};

for (const [name, change] of Object.entries(REPLACEMENTS)) {
  lifecycleSuite({
    name: `${ECR_IMAGE_TYPE}, replaced by ${name},`,
    resourceType: ECR_IMAGE_TYPE,
    attributes: ECR_IMAGE_ATTRIBUTES,
    heldMs: HELD_MS,
    start: (surroundings) => startWorld(surroundings, change),
  });
}

async function startWorld(
  { responseOrigin }: Surroundings,
  change: (world: EcrImageWorld) => TemplateProperties,
): Promise<LifecycleWorld> {
  const world = await startEcrImageWorld();
  const instances: TestProvider[] = [];
  const startInstance = (): TestProvider => {
    const instance = world.startInstance({ responseOrigin });
    instances.push(instance);
    return instance;
  };
  const first = startInstance();
  const valid = {
    RepositoryName: REPOSITORY,
    Source: world.sourceOf(world.images.one.root.digest),
    UsedBy: 'lambda',
    OnDelete: 'delete',
  };
  return {
    provider: {
      handler: first.handler as LambdaHandler,
      anotherInstance: () => startInstance().handler as LambdaHandler,
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(first.lifecycle) as LambdaHandler },
    },
    samples: {
      valid,
      inPlace: { ...valid, UsedBy: 'any' },
      replacement: { ...valid, ...change(world) },
      invalid: { ...valid, Platform: 'linux/riscv64' },
      invalidProperty: 'Platform',
      requiredProperty: 'RepositoryName',
    },
    cleanup: async () => {
      await world[Symbol.asyncDispose]();
      assert.deepEqual(world.violations(), []);
    },
    log: () => instances.flatMap((instance) => instance.log.lines).join('\n'),
    observe: async () => world.observe(),
    vanish: async () => {
      const repository = world.ecr.store.getRepository(REPOSITORY);
      for (const digest of [...repository.manifests.keys()]) repository.removeManifest(digest);
    },
    hold: () => world.hold(),
  };
}
