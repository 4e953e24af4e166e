import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import {
  LAYER_FINGERPRINT_ATTRIBUTES,
  LAYER_FINGERPRINT_TYPE,
} from '../../../handlers/resources/layer-fingerprint-properties.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  FILES,
  LAYER,
  PARAMETER,
  startLayerFingerprintWorld,
} from '../../support/layer-fingerprint/layer-fingerprint-world.ts';

/** What is left of the time limit where the provider is held up, in milliseconds: a few times what an answer takes. */
const HELD_MS = 600;

const OTHER_LAYER = 'another';
const OTHER_PARAMETER = '/shop/other-layer';
const ARN = `arn:aws:lambda:us-east-1:111122223333:layer:${LAYER}:1`;
const OTHER_ARN = `arn:aws:lambda:us-east-1:111122223333:layer:${OTHER_LAYER}:1`;

/** Ways to ask; another way with the same answer, and one with another. */
const SAMPLES: Readonly<
  Record<
    string,
    {
      valid: TemplateProperties;
      inPlace: TemplateProperties;
      replacement: TemplateProperties;
      required: string;
    }
  >
> = {
  'a version, replaced by another': {
    valid: { LayerVersionArn: ARN },
    inPlace: { LayerName: LAYER },
    replacement: { LayerVersionArn: OTHER_ARN },
    required: 'LayerVersionArn',
  },
  'a layer, replaced by its content without a part': {
    valid: { LayerName: LAYER },
    inPlace: { LayerName: LAYER, Exclude: ['*.txt'] },
    replacement: { LayerName: LAYER, Exclude: ['*.md'] },
    required: 'LayerName',
  },
  'a parameter, replaced by another': {
    valid: { ParameterName: PARAMETER },
    inPlace: { LayerVersionArn: ARN },
    replacement: { ParameterName: OTHER_PARAMETER },
    required: 'ParameterName',
  },
};

for (const [name, sample] of Object.entries(SAMPLES)) {
  lifecycleSuite({
    name: `${LAYER_FINGERPRINT_TYPE} of ${name},`,
    resourceType: LAYER_FINGERPRINT_TYPE,
    attributes: LAYER_FINGERPRINT_ATTRIBUTES,
    makesNothing: true,
    heldMs: HELD_MS,
    start: (surroundings) => startWorld(surroundings, sample),
  });
}

async function startWorld(
  { responseOrigin, statusOf }: Surroundings,
  { valid, inPlace, replacement, required }: (typeof SAMPLES)[string],
): Promise<LifecycleWorld> {
  const world = await startLayerFingerprintWorld({ statusOf });
  const other = await world.publish({ ...FILES, 'python/other.py': '' }, OTHER_LAYER);
  world.ssm.parameters.put(OTHER_PARAMETER, other.arn);
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
      inPlace,
      replacement,
      invalid: { ...valid, Exclude: ['!*.md'] },
      invalidProperty: 'Exclude',
      requiredProperty: required,
    },
    cleanup: async () => {
      const violations = world.violations();
      await world[Symbol.asyncDispose]();
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
    log: world.log,
    observe: async () => world.observe(),
    vanish: async () => {
      for (const layer of [LAYER, OTHER_LAYER]) world.layers.shelf.removeLayer(layer);
      for (const Name of [PARAMETER, OTHER_PARAMETER]) world.ssm.parameters.deleteParameter({ Name });
    },
    hold: () => world.layers.archives.hold(),
  };
}
