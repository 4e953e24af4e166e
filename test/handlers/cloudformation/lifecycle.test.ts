import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import { buildProvider, type TestProvider } from '../../support/provider/provider.ts';
import { startThings } from '../../support/provider/thing.ts';

/** The lifecycle alone, around the smallest resource type: what fails here, every type fails. */
lifecycleSuite({
  name: 'The lifecycle around a thing',
  resourceType: 'Custom::Thing',
  attributes: ['Name', 'Size'],
  heldMs: 1_000,
  start: startWorld,
});

async function startWorld({ responseOrigin }: Surroundings): Promise<LifecycleWorld> {
  const things = startThings();
  const providers: TestProvider[] = [];
  const startInstance = (): LambdaHandler => {
    const provider = buildProvider(things.resource, { responseOrigin });
    providers.push(provider);
    return provider.handler as LambdaHandler;
  };
  const handler = startInstance();
  const [first] = providers;
  if (!first) throw new Error('No instance was started');
  return {
    provider: {
      handler,
      anotherInstance: startInstance,
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(first.lifecycle) as LambdaHandler },
    },
    samples: {
      valid: { Name: 'first', Size: 1 },
      inPlace: { Name: 'first', Size: 2 },
      replacement: { Name: 'second', Size: 1 },
      invalid: { Name: 'first', Size: 'huge' },
      invalidProperty: 'Size',
      requiredProperty: 'Name',
    },
    cleanup: async () => {
      things.release();
      await Promise.all(providers.map((provider) => provider.close()));
    },
    log: () => providers.flatMap((provider) => provider.log.lines).join('\n'),
    observe: async () => things.names(),
    vanish: async () => things.clear(),
    hold: () => things.hold(),
  };
}
