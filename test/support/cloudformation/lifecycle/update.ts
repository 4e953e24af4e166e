import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { DeployResult } from '../stack.ts';
import { BUILT_IN_TYPE, type TemplateProperties } from '../template.ts';
import {
  assertRefused,
  assertStatus,
  BREAKER,
  type CaseDefinition,
  contentOf,
  DEPENDANT,
  getExchange,
  type Stage,
  SUBJECT,
  subjectRequests,
} from './stage.ts';

const NO_IN_PLACE = 'this type has no change under the same id';
const NO_REPLACEMENT = 'this type is never replaced';

export const updateCases: readonly CaseDefinition[] = [
  {
    name: 'an unchanged template asks nothing',
    run: async (stage) => {
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const result = await stage.stack.deploy(stage.template());
      assertStatus(result, 'UPDATE_COMPLETE');
      assert.deepEqual(subjectRequests(result), []);
      return undefined;
    },
  },
  {
    name: 'an Update that changes nothing gives the same answer as the Create',
    run: async (stage) => {
      const created = await stage.stack.deploy(stage.template());
      assertStatus(created, 'CREATE_COMPLETE');
      const before = await stage.observe();
      const again = { ...stage.samples.valid, [stage.options.neutralProperty ?? 'DeploymentId']: 'second' };
      const updated = await stage.stack.deploy(stage.template(again));
      assertStatus(updated, 'UPDATE_COMPLETE');
      assert.deepEqual(subjectRequests(updated), ['Update forward']);
      const answer = contentOf(getExchange(updated, 'Update forward'));
      assert.equal(answer, contentOf(getExchange(created, 'Create forward')));
      await stage.assertUnchanged(before, 'after an Update that changed nothing');
      return undefined;
    },
  },
  {
    name: 'an Update in place keeps the physical id, and gives every attribute',
    run: async (stage) => {
      const { valid, inPlace } = stage.samples;
      if (!inPlace) return NO_IN_PLACE;
      const created = await stage.stack.deploy(stage.templateWithDependant(valid));
      assertStatus(created, 'CREATE_COMPLETE');
      const updated = await stage.stack.deploy(stage.templateWithDependant(inPlace));
      assertStatus(updated, 'UPDATE_COMPLETE');
      assert.deepEqual(subjectRequests(updated), ['Update forward'], 'The physical id changed');
      return undefined;
    },
  },
  {
    name: 'a replacement has another physical id, and the old one is deleted after the whole update',
    isFor: ({ isNeverReplaced = false }) => !isNeverReplaced,
    run: async (stage) => {
      const { valid, replacement } = stage.samples;
      if (!replacement) return NO_REPLACEMENT;
      const created = await stage.stack.deploy(stage.templateWithDependant(valid));
      assertStatus(created, 'CREATE_COMPLETE');
      const updated = await stage.stack.deploy(stage.templateWithDependant(replacement));
      assertStatus(updated, 'UPDATE_COMPLETE');
      assert.deepEqual(updated.failures, []);
      assert.deepEqual(subjectRequests(updated), ['Update forward', 'Delete cleanup']);
      const removed = getExchange(updated, 'Delete cleanup').request.PhysicalResourceId;
      assert.equal(removed, getExchange(created, 'Create forward').answer?.PhysicalResourceId);
      await assertAsIfCreated(stage, replacement, 'after the replacement');
      return undefined;
    },
  },
  {
    name: 'the same Update delivered twice gives one answer',
    run: async (stage) => {
      const target = changed(stage);
      if (!target) return 'this type has no change at all';
      for (const deliveries of ['twice in a row', 'twice at once'] as const) {
        const stack = stage.newStack(deliveries.replaceAll(' ', '-'));
        assertStatus(await stack.deploy(stage.template()), 'CREATE_COMPLETE');
        assertStatus(await stack.deploy(stage.template(target), { deliveries }), 'UPDATE_COMPLETE');
        assertStatus(await stack.delete({ deliveries }), 'DELETE_COMPLETE');
      }
      return undefined;
    },
  },
  {
    name: 'an Update in place is rolled back by an Update with the properties swapped',
    run: (stage) => rollBack(stage, stage.samples.inPlace, NO_IN_PLACE),
  },
  {
    name: 'a replacement is rolled back under its new id, which is deleted afterwards',
    isFor: ({ isNeverReplaced = false }) => !isNeverReplaced,
    run: async (stage) => {
      const { replacement } = stage.samples;
      const result = await rollBack(stage, replacement, NO_REPLACEMENT);
      return result;
    },
  },
  {
    name: 'a failed Update keeps the physical id, and its rollback succeeds',
    run: async (stage) => {
      const { valid, invalid, invalidProperty } = stage.samples;
      const created = await stage.stack.deploy(stage.templateWithDependant(valid));
      assertStatus(created, 'CREATE_COMPLETE');
      const before = await stage.observe();
      const result = await stage.stack.deploy(stage.templateWithDependant(invalid));
      assertRefused(getExchange(result, 'Update forward'), invalidProperty);
      // First the rules: a changed id shows here as a Delete that should not be.
      await stage.assertRules();
      assertStatus(result, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(subjectRequests(result), ['Update forward', 'Update rollback']);
      await stage.assertUnchanged(before, 'after a failed Update and its rollback');
      return undefined;
    },
  },
  {
    name: 'a rollback of an Update that was never sent changes nothing',
    run: async (stage) => {
      const target = changed(stage);
      if (!target) return 'this type has no change at all';
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const before = await stage.observe();
      const result = await stage.stack.deploy(stage.template(target), { fail: { logicalId: SUBJECT } });
      assertStatus(result, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(subjectRequests(result), ['Update rollback']);
      await stage.assertUnchanged(before, 'after a rollback of nothing');
      return undefined;
    },
  },
  {
    name: 'a rollback that comes while the Update still runs succeeds, and both are answered',
    run: async (stage) => {
      const target = changed(stage);
      if (!target) return 'this type has no change at all';
      const breaker = (generation: number) => ({
        [BREAKER]: { type: BUILT_IN_TYPE, properties: { Generation: generation } },
      });
      const { valid } = stage.samples;
      assertStatus(await stage.stack.deploy(stage.template(valid, breaker(1))), 'CREATE_COMPLETE');
      const result = await stage.stack.deploy(stage.template(target, breaker(2)), {
        fail: { logicalId: BREAKER, whileRunning: SUBJECT },
      });
      assertStatus(result, 'UPDATE_ROLLBACK_COMPLETE');
      return undefined;
    },
  },
  {
    name: 'a resource that leaves the template is deleted',
    run: async (stage) => {
      const keeper = { Keeper: { type: BUILT_IN_TYPE, properties: {} } };
      const before = await stage.observe();
      assertStatus(await stage.stack.deploy(stage.template(stage.samples.valid, keeper)), 'CREATE_COMPLETE');
      const result = await stage.stack.deploy(keeper);
      assertStatus(result, 'UPDATE_COMPLETE');
      assert.deepEqual(result.failures, []);
      assert.deepEqual(subjectRequests(result), ['Delete cleanup']);
      await stage.assertUnchanged(before, 'after the resource left the template');
      return undefined;
    },
  },
];

/** Any valid change that the type knows. */
function changed(stage: Stage): TemplateProperties | undefined {
  return stage.samples.inPlace ?? stage.samples.replacement;
}

/** Updates, lets a later resource fail, and looks whether everything is as it was. */
async function rollBack(
  stage: Stage,
  target: TemplateProperties | undefined,
  otherwise: string,
): Promise<string | undefined> {
  if (!target) return otherwise;
  const breaker = (generation: number) => ({
    [BREAKER]: { type: BUILT_IN_TYPE, properties: { Generation: generation }, dependsOn: [DEPENDANT] },
  });
  const { valid } = stage.samples;
  const created = await stage.stack.deploy(stage.templateWithDependant(valid, breaker(1)));
  assertStatus(created, 'CREATE_COMPLETE');
  const before = await stage.observe();
  const former = stage.stack.resources.get(SUBJECT);
  const result = await stage.stack.deploy(stage.templateWithDependant(target, breaker(2)), {
    fail: { logicalId: BREAKER },
  });
  assertStatus(result, 'UPDATE_ROLLBACK_COMPLETE');
  assert.deepEqual(
    result.failures.map(({ logicalId }) => logicalId),
    [BREAKER],
  );

  const forward = getExchange(result, 'Update forward');
  const rollback = getExchange(result, 'Update rollback');
  const newId = forward.answer?.PhysicalResourceId;
  assert.equal(rollback.request.PhysicalResourceId, newId);
  if (newId === former?.physicalId) {
    assert.deepEqual(
      subjectRequests(result),
      ['Update forward', 'Update rollback'],
      'The rollback changed the id',
    );
  } else {
    assert.notEqual(rollback.answer?.PhysicalResourceId, newId, 'The rollback stayed with the new resource');
    assert.equal(getExchange(result, 'Delete cleanup').request.PhysicalResourceId, newId);
  }
  assert.deepEqual(stage.stack.resources.get(SUBJECT)?.attributes, former?.attributes);
  assert.ok(
    isDeepStrictEqual(stage.stack.resources.get(DEPENDANT)?.attributes, dependantValues(created)),
    'The dependant did not get its former values back',
  );
  await stage.assertUnchanged(before, 'after the rollback');
  return undefined;
}

/** The values that the dependant was created with. */
function dependantValues(created: DeployResult): unknown {
  return created.resources.get(DEPENDANT)?.attributes;
}

/** The world is the same as if this sample had been created in the first place. */
async function assertAsIfCreated(stage: Stage, sample: TemplateProperties, when: string): Promise<void> {
  const updated = await stage.observe();
  const fresh = await stage.newStack('fresh').deploy(stage.template(sample));
  assertStatus(fresh, 'CREATE_COMPLETE');
  await stage.assertUnchanged(updated, when);
}
