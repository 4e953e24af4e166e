import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import { ECR_IMAGE_ATTRIBUTES, ECR_IMAGE_TYPE } from '../../../handlers/resources/ecr-image-properties.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type LifecycleWorld,
  lifecycleCases,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  type EcrImageWorld,
  REPOSITORY,
  startEcrImageWorld,
} from '../../support/ecr-image/ecr-image-world.ts';

/** What is left of the time limit where the provider is held up, in milliseconds: a few times what an answer takes. */
const HELD_MS = 600;

type Change = (
  world: EcrImageWorld,
  sourceOf: (image: 'one' | 'two' | 'index') => string,
) => TemplateProperties;

/** How a sample differs from the valid one, so that another physical id comes of it. */
const REPLACEMENTS: Readonly<Record<string, Change>> = {
  // The same image under two tags: the old one's removal must leave it to the new one.
  'another tag': () => ({ Tag: 'next' }),
  'another source': (_world, sourceOf) => ({ Source: sourceOf('two') }),
  'an index in place of an image': (_world, sourceOf) => ({
    Source: sourceOf('index'),
    Platform: 'all',
    UsedBy: 'ecs',
  }),
};

/** How sources are named: by a digest, or by a tag, which ECR knows nothing of. */
const NAMINGS: Readonly<Record<string, (world: EcrImageWorld, image: 'one' | 'two' | 'index') => string>> = {
  digest: ({ images, sourceOf }, image) => sourceOf(images[image].root.digest),
  tag: ({ sourceOf }, image) => sourceOf({ one: '1', two: '2', index: 'index' }[image]),
};

/** Does not hold for a source that is a tag: docs/decisions/0006-origin-without-asking-the-source.md. */
const NEEDS_A_DIGEST =
  'two resources with the same properties get the same attributes: they depend on the world alone';

for (const [naming, nameOf] of Object.entries(NAMINGS)) {
  for (const [name, change] of Object.entries(REPLACEMENTS)) {
    const cases = lifecycleCases({
      name: ECR_IMAGE_TYPE,
      resourceType: ECR_IMAGE_TYPE,
      attributes: ECR_IMAGE_ATTRIBUTES,
      heldMs: HELD_MS,
      start: (surroundings) => startWorld(surroundings, change, nameOf),
    });
    describe(`${ECR_IMAGE_TYPE} with a source by ${naming}, replaced by ${name}, through its life`, () => {
      for (const { name: caseName, run } of cases) {
        if (naming === 'tag' && caseName === NEEDS_A_DIGEST) continue;
        test(caseName, async () => assert.equal(await run(), undefined));
      }
    });
  }
}

async function startWorld(
  { responseOrigin }: Surroundings,
  change: Change,
  nameOf: (world: EcrImageWorld, image: 'one' | 'two' | 'index') => string,
): Promise<LifecycleWorld> {
  const world = await startEcrImageWorld();
  // One instance for all: another one can't know whether an image that it finds was put there by a first delivery
  // or by somebody else, and takes it for somebody else's (docs/decisions/0009-memory-in-the-physical-id.md).
  const instance = world.startInstance({ responseOrigin });
  const valid = {
    RepositoryName: REPOSITORY,
    Source: nameOf(world, 'one'),
    UsedBy: 'lambda',
    OnDelete: 'delete',
  };
  return {
    provider: {
      handler: instance.handler as LambdaHandler,
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(instance.lifecycle) as LambdaHandler },
    },
    samples: {
      valid,
      inPlace: { ...valid, UsedBy: 'any' },
      replacement: { ...valid, ...change(world, (image) => nameOf(world, image)) },
      invalid: { ...valid, Platform: 'linux/riscv64' },
      invalidProperty: 'Platform',
      requiredProperty: 'RepositoryName',
    },
    cleanup: async () => {
      await world[Symbol.asyncDispose]();
      assert.deepEqual(world.violations(), []);
    },
    log: () => instance.log.lines.join('\n'),
    observe: async () => world.observe(),
    vanish: async () => {
      const repository = world.ecr.store.getRepository(REPOSITORY);
      for (const digest of [...repository.manifests.keys()]) repository.removeManifest(digest);
    },
    hold: () => world.hold(),
  };
}
