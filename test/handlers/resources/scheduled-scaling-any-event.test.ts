import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { planIdOf } from '../../../handlers/resources/scheduled-scaling-id.ts';
import {
  SCHEDULED_SCALING_TYPE,
  scheduledScalingSchema,
} from '../../../handlers/scaling/plan/plan-properties.ts';
import { type ResponseServer, startResponseServer } from '../../support/cloudformation/response-server.ts';
import {
  assertOneValidAnswer,
  mutatedEvent,
  mutations,
  nastyValue,
} from '../../support/provider/any-event.ts';
import { STACK_ID } from '../../support/provider/events.ts';
import { QUICK_POLICY, REGION, type TestProvider, testContext } from '../../support/provider/provider.ts';
import {
  CLOSED,
  LARGE_ORDERS,
  MANY_BATCH,
  planProperties,
  scenario,
} from '../../support/scheduled-scaling/plan-samples.ts';
import {
  type ScheduledScalingWorld,
  startScheduledScalingWorld,
} from '../../support/scheduled-scaling/scheduled-scaling-world.ts';

const EVENTS = 1_000;
const LOGICAL_ID = 'Nightly';
const PLAN_ID = planIdOf({ stackId: STACK_ID, logicalResourceId: LOGICAL_ID });
const STATUSES = [
  'CREATE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'ROLLBACK_IN_PROGRESS',
];

/** A property deep within a scenario is another thing than it should be. */
const deepMutations = fc.array(
  fc.tuple(
    fc.constantFrom(
      ['Start'],
      ['End'],
      ['Name'],
      ['Priority'],
      ['Except'],
      ['Steps'],
      ['Steps', 0, 'Target'],
      ['Steps', 0, 'DesiredCount'],
      ['Steps', 0, 'After'],
      ['Steps', 1, 'InstanceClass'],
      ['Steps', 1, 'InstanceCount'],
    ),
    nastyValue,
  ),
  { maxLength: 1 },
);

describe('any event', () => {
  let world: ScheduledScalingWorld;
  let responses: ResponseServer;
  let provider: TestProvider;
  let status = STATUSES[0];
  before(async () => {
    responses = await startResponseServer();
    world = await startScheduledScalingWorld({
      statusOf: (id) => (id === STACK_ID ? status : undefined),
      // On a busy machine an answer may take a while: another try would be another PUT.
      respondPolicy: { ...QUICK_POLICY, attemptMs: 20_000 },
    });
    provider = world.startInstance(responses.origin);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await responses.stop();
  });

  test(`gets exactly one valid answer, and changes no target (${EVENTS} mutations of real ones)`, async () => {
    const counts = { SUCCESS: 0, FAILED: 0 };
    const { capacity } = await world.look();
    await fc.assert(
      fc.asyncProperty(
        mutations(Object.keys(scheduledScalingSchema)),
        deepMutations,
        fc.constantFrom(...STATUSES),
        fc.boolean(),
        async (mutation, deep, given, isThere) => {
          status = given;
          if (!isThere) await world.vanish();
          const properties = structuredClone(
            planProperties(scenario(CLOSED, MANY_BATCH, LARGE_ORDERS)),
          ) as unknown as { Scenarios: Record<string, unknown>[] };
          for (const [path, value] of deep) put(properties.Scenarios[0] ?? {}, path, value);
          const requestId = crypto.randomUUID();
          const issued = responses.issue({
            stackId: STACK_ID,
            logicalId: LOGICAL_ID,
            requestId,
            region: REGION,
          });
          const real = {
            LogicalResourceId: LOGICAL_ID,
            ResourceType: SCHEDULED_SCALING_TYPE,
            ResourceProperties: properties,
            ...(mutation.requestType !== 'Create' && { PhysicalResourceId: PLAN_ID }),
            ...(mutation.requestType === 'Update' && { OldResourceProperties: properties }),
          };
          const event = mutatedEvent(mutation, issued.url, real);
          await provider.handler(event, testContext());
          counts[assertOneValidAnswer(event, issued)] += 1;
          assert.deepEqual((await world.look()).capacity, capacity);
        },
      ),
      { numRuns: EVENTS },
    );
    assert.deepEqual(world.account.journal.accepted(), []);
    assert.deepEqual(world.violations(), []);
    assert.ok(counts.SUCCESS > EVENTS / 50, `${counts.SUCCESS} were accepted: the mutations are too wild`);
    assert.ok(counts.FAILED > EVENTS / 10, `${counts.FAILED} were refused: the mutations are too mild`);
  });
});

function put(within: Record<string, unknown>, path: readonly (string | number)[], value: unknown): void {
  let place: Record<string | number, unknown> = within;
  for (const name of path.slice(0, -1)) place = place[name] as Record<string | number, unknown>;
  place[path.at(-1) ?? ''] = value;
}
