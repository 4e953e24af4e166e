import assert from 'node:assert/strict';
import { BUILT_IN_TYPE, getAtt } from '../template.ts';
import {
  assertRefused,
  assertStatus,
  BREAKER,
  type CaseDefinition,
  getExchange,
  type Stage,
  SUBJECT,
  subjectRequests,
} from './stage.ts';

/** The property that no resource type has. */
const UNKNOWN_PROPERTY = 'Unheardof';

export const creationCases: readonly CaseDefinition[] = [
  {
    name: 'Create answers with every documented attribute, and others can refer to them',
    run: async (stage) => {
      const result = await stage.stack.deploy(stage.templateWithDependant(stage.samples.valid));
      assertStatus(result, 'CREATE_COMPLETE');
      return undefined;
    },
  },
  {
    name: 'the same Create delivered again gives the same answer, byte for byte',
    run: async (stage) => {
      const result = await stage.stack.deploy(stage.template(), { deliveries: 'twice in a row' });
      assertStatus(result, 'CREATE_COMPLETE');
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      return undefined;
    },
  },
  {
    name: 'a Create delivered twice at once gives one answer',
    run: async (stage) => {
      const result = await stage.stack.deploy(stage.template(), { deliveries: 'twice at once' });
      assertStatus(result, 'CREATE_COMPLETE');
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      return undefined;
    },
  },
  {
    name: 'a reused RequestId is a request of its own: a retried deployment creates again',
    run: async (stage) => {
      const before = await stage.observe();
      const template = stage.templateWithBreaker(stage.samples.valid, 1);
      assertStatus(await stage.stack.deploy(template, { fail: { logicalId: BREAKER } }), 'ROLLBACK_COMPLETE');
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      await stage.assertUnchanged(before, 'after the first attempt was rolled back');
      const retried = await stage.stack.deploy(template, { requestIds: 'reused' });
      assertStatus(retried, 'CREATE_COMPLETE');
      if (stage.options.makesNothing) {
        await stage.assertUnchanged(before, 'although this type makes nothing');
      } else if (stage.world.observe) {
        assert.notDeepEqual(await stage.observe(), before, 'The retried Create did nothing');
      }
      return undefined;
    },
  },
  {
    name: 'a Create is rolled back by a Delete when another resource fails',
    run: async (stage) => {
      const before = await stage.observe();
      const template = stage.templateWithBreaker(stage.samples.valid, 1);
      const result = await stage.stack.deploy(template, { fail: { logicalId: BREAKER } });
      assertStatus(result, 'ROLLBACK_COMPLETE');
      assert.deepEqual(subjectRequests(result), ['Create forward', 'Delete rollback']);
      await stage.assertUnchanged(before, 'after the rollback');
      return undefined;
    },
  },
  {
    name: 'a Create with an invalid property fails with its name, and the Delete that follows succeeds',
    run: (stage) => failsAtOnce(stage, stage.samples.invalid, stage.samples.invalidProperty),
  },
  {
    name: 'a Create with an unknown property fails with its name, and the Delete that follows succeeds',
    run: (stage) => failsAtOnce(stage, { ...stage.samples.valid, [UNKNOWN_PROPERTY]: 'x' }, UNKNOWN_PROPERTY),
  },
  {
    name: 'a Create without a required property fails with its name, and the Delete that follows succeeds',
    run: async (stage) => {
      const { requiredProperty, valid } = stage.samples;
      if (requiredProperty === undefined) return 'no property is required';
      const { [requiredProperty]: _, ...rest } = valid;
      return failsAtOnce(stage, rest, requiredProperty);
    },
  },
  {
    name: 'a Delete that comes while the Create still runs succeeds, and both are answered',
    run: async (stage) => {
      const hold = stage.world.hold?.();
      const breaker = { [BREAKER]: { type: BUILT_IN_TYPE, properties: { Generation: 1 } } };
      const fail = { logicalId: BREAKER, whileRunning: SUBJECT, ...(hold && { until: hold.reached }) };
      const deployment = stage.stack.deploy(stage.template(stage.samples.valid, breaker), { fail });
      const result = await deployment.finally(() => hold?.release());
      assertStatus(result, 'ROLLBACK_COMPLETE');
      assert.equal(getExchange(result, 'Create forward').outcome, 'CANCELLED');
      assert.equal(getExchange(result, 'Delete rollback').outcome, 'SUCCESS');
      return undefined;
    },
  },
  {
    name: 'a Delete under a made-up id succeeds where the provider was never asked to create',
    run: async (stage) => {
      const before = await stage.observe();
      const result = await stage.stack.deploy(stage.template(), { fail: { logicalId: SUBJECT } });
      assertStatus(result, 'ROLLBACK_COMPLETE');
      assert.deepEqual(subjectRequests(result), ['Delete rollback']);
      await stage.assertUnchanged(before, 'after the Delete');
      return undefined;
    },
  },
  {
    name: 'an unknown ResourceType fails Create and Update at once, and succeeds on Delete',
    run: async (stage) => {
      const request = {
        resourceType: 'Custom::Unheardof',
        properties: stage.properties(stage.samples.valid),
        physicalId: 'unheard-of',
      };
      const before = await stage.observe();
      const { physicalId: _, ...creation } = request;
      const created = await stage.stack.send({ ...creation, requestType: 'Create' });
      assertRefused(created, 'Custom::Unheardof');
      const updated = await stage.stack.send({
        ...request,
        requestType: 'Update',
        oldProperties: request.properties,
      });
      assertRefused(updated, 'Custom::Unheardof');
      const deleted = await stage.stack.send({ ...request, requestType: 'Delete' });
      assert.equal(deleted.outcome, 'SUCCESS', deleted.reason);
      await stage.assertUnchanged(before, 'after requests for a type that this provider has not');
      return undefined;
    },
  },
  {
    name: "AWS::CloudFormation::CustomResource is taken for the function's own type",
    run: async (stage) => {
      const properties = stage.properties(stage.samples.valid);
      const subject = { type: 'AWS::CloudFormation::CustomResource', properties };
      const attributes = stage.options.attributes.map((name) => [name, getAtt(SUBJECT, name)]);
      const taker = { type: BUILT_IN_TYPE, properties: Object.fromEntries(attributes) };
      assertStatus(await stage.stack.deploy({ [SUBJECT]: subject, Taker: taker }), 'CREATE_COMPLETE');
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      return undefined;
    },
  },
  {
    name: 'a stack of another account or Region is refused',
    run: async (stage) => {
      const before = await stage.observe();
      const { stackId } = stage.stack;
      const request = {
        requestType: 'Create' as const,
        resourceType: stage.options.resourceType,
        properties: stage.properties(stage.samples.valid),
      };
      for (const foreign of [
        stackId.replace(/:\d{12}:/, ':999999999999:'),
        stackId.replace('us-east-1', 'eu-west-1'),
      ]) {
        assertRefused(await stage.stack.send({ ...request, stackId: foreign }));
      }
      await stage.assertUnchanged(before, "after another account's requests");
      return undefined;
    },
  },
  {
    name: 'two resources with the same properties get the same attributes: they depend on the world alone',
    isFor: ({ isNamed = false }) => !isNamed,
    run: async (stage) => {
      const first = await stage.stack.deploy(stage.template());
      assertStatus(first, 'CREATE_COMPLETE');
      const second = await stage.newStack('another').deploy(stage.template());
      assertStatus(second, 'CREATE_COMPLETE');
      const dataOf = (result: typeof first): string =>
        JSON.stringify(getExchange(result, 'Create forward').answer?.Data);
      assert.equal(dataOf(second), dataOf(first));
      return undefined;
    },
  },
];

async function failsAtOnce(
  stage: Stage,
  sample: Parameters<Stage['template']>[0],
  property: string,
): Promise<undefined> {
  const before = await stage.observe();
  const result = await stage.stack.deploy(stage.template(sample));
  const created = getExchange(result, 'Create forward');
  assertRefused(created, property);
  assertStatus(result, 'ROLLBACK_COMPLETE');
  const deleted = getExchange(result, 'Delete rollback');
  assert.equal(deleted.request.PhysicalResourceId, created.answer?.PhysicalResourceId);
  await stage.assertUnchanged(before, 'after a Create that failed');
  return undefined;
}
