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

/** Properties of a world's own. */
type Template = (world: EcrImageWorld) => TemplateProperties;

/** One way of using the type, and a change of it from which another physical id comes. */
interface Scenario {
  readonly valid: Template;
  readonly change: Template;
  /** The name of a case that does not hold. */
  readonly except?: string;
}

type Naming = (world: EcrImageWorld, image: 'one' | 'two' | 'index') => string;

/** How sources are named: by a digest, or by a tag, which ECR knows nothing of. */
const NAMINGS: Readonly<Record<string, Naming>> = {
  digest: ({ images, sourceOf }, image) => sourceOf(images[image].root.digest),
  tag: ({ sourceOf }, image) => sourceOf({ one: '1', two: '2', index: 'index' }[image]),
};

const ANOTHER_TAG: Template = () => ({ Tag: 'next' });

const REPLACEMENTS: Readonly<Record<string, (nameOf: Naming) => Template>> = {
  // The same image under two tags: the old one's removal must leave it to the new one.
  'another tag': () => ANOTHER_TAG,
  'another source': (nameOf) => (world) => ({ Source: nameOf(world, 'two') }),
  'an index in place of an image': (nameOf) => (world) => ({
    Source: nameOf(world, 'index'),
    Platform: 'all',
    UsedBy: 'ecs',
  }),
  'the placeholder': () => () => ({ Source: 'placeholder' }),
};

/** Does not hold for a source that is a tag: docs/decisions/0006-origin-without-asking-the-source.md. */
const NEEDS_A_DIGEST =
  'two resources with the same properties get the same attributes: they depend on the world alone';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    Object.entries(NAMINGS).flatMap(([naming, nameOf]) =>
      Object.entries(REPLACEMENTS).map(([name, replacement]) => [
        `with a source by ${naming}, replaced by ${name},`,
        {
          valid: (world: EcrImageWorld) => ({ Source: nameOf(world, 'one'), OnDelete: 'delete' }),
          change: replacement(nameOf),
          ...(naming === 'tag' && { except: NEEDS_A_DIGEST }),
        },
      ]),
    ),
  ),
  // Nothing is given: Source and OnDelete are what they are by default.
  'with the placeholder, replaced by another tag,': { valid: () => ({}), change: ANOTHER_TAG },
  'with the placeholder, replaced by that for another platform,': {
    valid: () => ({}),
    change: () => ({ Platform: 'linux/arm64' }),
  },
  'with the placeholder, replaced by its index,': {
    valid: () => ({}),
    change: () => ({ Platform: 'all', UsedBy: 'ecs' }),
  },
  'with the placeholder, replaced by a source,': {
    valid: () => ({ OnDelete: 'delete' }),
    change: ({ sourceOf }) => ({ Source: sourceOf('2') }),
  },
};

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const cases = lifecycleCases({
    name: ECR_IMAGE_TYPE,
    resourceType: ECR_IMAGE_TYPE,
    attributes: ECR_IMAGE_ATTRIBUTES,
    heldMs: HELD_MS,
    start: (surroundings) => startWorld(surroundings, scenario),
  });
  describe(`${ECR_IMAGE_TYPE} ${name} through its life`, () => {
    for (const { name: caseName, run } of cases) {
      if (caseName === scenario.except) continue;
      test(caseName, async () => assert.equal(await run(), undefined));
    }
  });
}

async function startWorld({ responseOrigin }: Surroundings, scenario: Scenario): Promise<LifecycleWorld> {
  const world = await startEcrImageWorld();
  // One instance for all: another one can't know whether an image that it finds was put there by a first delivery
  // or by somebody else, and takes it for somebody else's (docs/decisions/0009-memory-in-the-physical-id.md).
  const instance = world.startInstance({ responseOrigin });
  const valid = { RepositoryName: REPOSITORY, UsedBy: 'lambda', ...scenario.valid(world) };
  return {
    provider: {
      handler: instance.handler as LambdaHandler,
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(instance.lifecycle) as LambdaHandler },
    },
    samples: {
      valid,
      inPlace: { ...valid, UsedBy: 'any' },
      replacement: { ...valid, ...scenario.change(world) },
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
