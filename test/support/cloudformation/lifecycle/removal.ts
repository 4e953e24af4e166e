import assert from 'node:assert/strict';
import type { TemplateProperties } from '../template.ts';
import {
  assertStatus,
  type CaseDefinition,
  getExchange,
  SERVICE_TOKEN,
  type Stage,
  SUBJECT,
} from './stage.ts';

/** Longer than any id that a provider makes, and not in any form of its own. */
const STRANGE_IDS = [
  'example-Subject-1A2B3C4D5E6F',
  'x',
  '2026/01/01/[$LATEST]0123456789abcdef',
  'arn:aws:s3:::not/ours:latest@sha256:abc',
  'ü'.repeat(512),
] as const;

export const removalCases: readonly CaseDefinition[] = [
  {
    name: 'Delete removes what Create made, under the id that it answered with',
    run: async (stage) => {
      const before = await stage.observe();
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const result = await stage.stack.delete();
      assertStatus(result, 'DELETE_COMPLETE');
      await stage.assertUnchanged(before, 'after the Delete');
      return undefined;
    },
  },
  {
    name: 'a Delete delivered twice, in a row or at once, succeeds',
    run: async (stage) => {
      for (const deliveries of ['twice in a row', 'twice at once'] as const) {
        const stack = stage.newStack(deliveries.replaceAll(' ', '-'));
        assertStatus(await stack.deploy(stage.template()), 'CREATE_COMPLETE');
        assertStatus(await stack.delete({ deliveries }), 'DELETE_COMPLETE');
      }
      return undefined;
    },
  },
  {
    name: 'a Delete of what is gone succeeds',
    run: async (stage) => {
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const physicalId = stage.stack.resources.get(SUBJECT)?.physicalId ?? '';
      await stage.world.vanish?.();
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      const again = await sendDelete(stage, physicalId, stage.properties(stage.samples.valid));
      assert.equal(again.outcome, 'SUCCESS', again.reason);
      return undefined;
    },
  },
  {
    name: 'a Delete of an id that nobody knows succeeds, and touches nothing',
    run: async (stage) => {
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const before = await stage.observe();
      for (const physicalId of STRANGE_IDS) {
        const deleted = await sendDelete(stage, physicalId, stage.properties(stage.samples.valid));
        assert.equal(deleted.outcome, 'SUCCESS', `Delete of an unknown id failed: ${deleted.reason}`);
      }
      await stage.assertUnchanged(before, 'after Deletes of unknown ids');
      return undefined;
    },
  },
  {
    name: 'a Delete is not refused for its properties',
    run: async (stage) => {
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      const physicalId = stage.stack.resources.get(SUBJECT)?.physicalId ?? '';
      const { valid, invalid } = stage.samples;
      const mangled = Object.fromEntries(
        Object.keys(valid).map((name) => [name, { Not: ['what', 'it', 'was'] }]),
      );
      for (const properties of [
        { ServiceToken: SERVICE_TOKEN },
        stage.properties(mangled),
        stage.properties({ ...valid, Unheardof: 'x' }),
        stage.properties(invalid),
      ]) {
        const deleted = await sendDelete(stage, physicalId, properties);
        assert.equal(deleted.outcome, 'SUCCESS', `Delete was refused for its properties: ${deleted.reason}`);
      }
      return undefined;
    },
  },
  {
    name: 'an Update of what is gone is answered, and the Delete after it succeeds',
    run: async (stage) => {
      if (!stage.world.vanish) return 'what this type makes can not be taken away';
      assertStatus(await stage.stack.deploy(stage.template()), 'CREATE_COMPLETE');
      await stage.world.vanish();
      const again = { ...stage.samples.valid, [stage.options.neutralProperty ?? 'DeploymentId']: 'second' };
      const result = await stage.stack.deploy(stage.template(again));
      assert.match(getExchange(result, 'Update forward').outcome, /^(SUCCESS|FAILED)$/);
      assertStatus(await stage.stack.delete(), 'DELETE_COMPLETE');
      return undefined;
    },
  },
];

function sendDelete(
  stage: Stage,
  physicalId: string,
  properties: TemplateProperties,
): ReturnType<Stage['stack']['send']> {
  const { resourceType } = stage.options;
  return stage.stack.send({
    requestType: 'Delete',
    logicalId: SUBJECT,
    resourceType,
    physicalId,
    properties,
  });
}
