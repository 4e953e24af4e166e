import { answerUndelivered } from '../../../handlers/cloudformation/undelivered.ts';
import {
  SCHEDULED_SCALING_ATTRIBUTES,
  SCHEDULED_SCALING_TYPE,
} from '../../../handlers/scaling/plan/plan-properties.ts';
import type { LambdaHandler } from '../../support/cloudformation/asynchronous-delivery.ts';
import {
  type Hold,
  type LifecycleWorld,
  lifecycleSuite,
  type Surroundings,
} from '../../support/cloudformation/lifecycle-suite.ts';
import type { TemplateProperties } from '../../support/cloudformation/template.ts';
import {
  CLOSED,
  LARGE_ORDERS,
  MANY_BATCH,
  MANY_REPORTS,
  OPEN,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import {
  type ScheduledScalingWorld,
  startScheduledScalingWorld,
} from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

/** What is left of the time limit where the provider is held up, in milliseconds: a few times what an answer takes. */
const HELD_MS = 600;

/** A window is open at each request; what the Update makes of it is named. */
const SAMPLES: Readonly<Record<string, { valid: TemplateProperties; inPlace: TemplateProperties }>> = {
  'a cluster and a service in an open window, whose steps change': {
    valid: planProperties(scenario(OPEN, LARGE_ORDERS, MANY_BATCH)),
    inPlace: planProperties(
      scenario(OPEN, { ...LARGE_ORDERS, InstanceClass: 'db.r6g.xlarge' }, { ...MANY_BATCH, DesiredCount: 6 }),
    ),
  },
  'an open window that moves away': {
    valid: planProperties(scenario(OPEN, MANY_BATCH)),
    inPlace: planProperties(scenario(CLOSED, MANY_BATCH)),
  },
  'a window that opens with the Update': {
    valid: planProperties(scenario(CLOSED, MANY_BATCH)),
    inPlace: planProperties(scenario(OPEN, MANY_BATCH)),
  },
  'a scenario that is removed while it is open': {
    valid: planProperties(scenario(OPEN, MANY_BATCH), { ...scenario(OPEN, MANY_REPORTS), Name: 'reports' }),
    inPlace: planProperties({ ...scenario(OPEN, MANY_REPORTS), Name: 'reports' }),
  },
  'an open window whose target is another one': {
    valid: planProperties(scenario(OPEN, MANY_BATCH)),
    inPlace: planProperties(scenario(OPEN, MANY_REPORTS)),
  },
};

for (const [name, { valid, inPlace }] of Object.entries(SAMPLES)) {
  lifecycleSuite({
    name: `${SCHEDULED_SCALING_TYPE} with ${name},`,
    resourceType: SCHEDULED_SCALING_TYPE,
    attributes: SCHEDULED_SCALING_ATTRIBUTES,
    heldMs: HELD_MS,
    isNamed: true,
    isNeverReplaced: true,
    start: (surroundings) => startWorld(surroundings, valid, inPlace),
  });
}

async function startWorld(
  { responseOrigin, statusOf }: Surroundings,
  valid: TemplateProperties,
  inPlace: TemplateProperties,
): Promise<LifecycleWorld> {
  const world = await startScheduledScalingWorld({ statusOf });
  const instance = world.startInstance(responseOrigin);
  return {
    provider: {
      // Each request has an instance of its own: nothing is remembered but in the table.
      handler: (event, context) => world.startInstance(responseOrigin).handler(event, context),
      maximumRetryAttempts: 0,
      onFailure: { handler: answerUndelivered(instance.lifecycle) as LambdaHandler },
    },
    samples: {
      valid,
      inPlace,
      invalid: { ...valid, OnDelete: 'keep' },
      invalidProperty: 'OnDelete',
      requiredProperty: 'Scenarios',
    },
    cleanup: async () => {
      const violations = world.violations();
      await world[Symbol.asyncDispose]();
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
    log: world.log,
    observe: () => world.observe(),
    vanish: () => world.vanish(),
    hold: () => holdCreate(world),
  };
}

/** The next schedule group waits to be created. */
function holdCreate(world: ScheduledScalingWorld): Hold {
  const arrival = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  world.interruption = async (call, when) => {
    if (call !== 'schedules.createGroup' || when !== 'before') return;
    arrival.resolve();
    await release.promise;
  };
  return { reached: arrival.promise, release: release.resolve };
}
