import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import { IMAGE_TAG_ATTRIBUTES, IMAGE_TAG_TYPE } from '../../../handlers/resources/image-tag-properties.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../../support/cloudformation/template.ts';
import { PARAMETER, REPOSITORY, startImageTagWorld } from '../../support/image-tag/image-tag-world.ts';

/** What is left of the time limit where the provider is held up, in milliseconds: a few times what an answer takes. */
const HELD_MS = 600;

const OTHER_PARAMETER = '/shop/next';
const VALID = { ParameterName: PARAMETER, RepositoryName: REPOSITORY, UsedBy: 'lambda', Default: 'v1' };

/** Ways to ask, with another way for each that leads to another answer. */
const SAMPLES: Readonly<Record<string, { valid: TemplateProperties; replacement: TemplateProperties }>> = {
  'an image that is looked for, replaced by another release': {
    valid: VALID,
    replacement: { ...VALID, ParameterName: OTHER_PARAMETER },
  },
  'an index, replaced by the image of one platform': {
    valid: { ParameterName: '/shop/multi', RepositoryName: REPOSITORY },
    replacement: { ParameterName: '/shop/multi', RepositoryName: REPOSITORY, Platform: 'linux/arm64' },
  },
  'a tag alone, replaced by a default': {
    valid: { ParameterName: PARAMETER },
    replacement: { ParameterName: '/shop/none', Default: 'initial' },
  },
};

for (const [name, { valid, replacement }] of Object.entries(SAMPLES)) {
  lifecycleSuite({
    name: `${IMAGE_TAG_TYPE} with ${name},`,
    resourceType: IMAGE_TAG_TYPE,
    attributes: IMAGE_TAG_ATTRIBUTES,
    heldMs: HELD_MS,
    makesNothing: true,
    start: (surroundings) => startWorld(surroundings, valid, replacement),
  });
}

async function startWorld(
  { responseOrigin, statusOf }: Surroundings,
  valid: TemplateProperties,
  replacement: TemplateProperties,
): Promise<LifecycleWorld> {
  const world = await startImageTagWorld({ statusOf });
  world.ssm.parameters.put(OTHER_PARAMETER, 'v2');
  world.ssm.parameters.put('/shop/multi', 'multi');
  const instance = world.startInstance(responseOrigin);
  return {
    provider: {
      // Each request has an instance of its own: nothing is remembered but in the id.
      handler: (event, context) => world.startInstance(responseOrigin).handler(event, context),
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(instance.lifecycle) as LambdaHandler },
    },
    samples: {
      valid,
      inPlace: { ...valid, Default: 'v2' },
      replacement,
      invalid: { ...valid, UsedBy: 'nobody' },
      invalidProperty: 'UsedBy',
      requiredProperty: 'ParameterName',
    },
    cleanup: async () => {
      const violations = world.violations();
      await world[Symbol.asyncDispose]();
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
    log: world.log,
    observe: async () => world.observe(),
    vanish: async () => {
      for (const parameter of [PARAMETER, OTHER_PARAMETER, '/shop/multi']) {
        world.ssm.parameters.deleteParameter({ Name: parameter });
      }
    },
    hold: () => world.ssm.hold(),
  };
}
