import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Property } from '../../../../handlers/cloudformation/properties.ts';
import {
  documentDbCapacitySchema,
  ecsCapacitySchema,
  stepSchema,
} from '../../../../handlers/scaling/plan/capacity-properties.ts';
import { boundsSchema, scheduledScalingSchema } from '../../../../handlers/scaling/plan/plan-properties.ts';
import { scenarioSchema } from '../../../../handlers/scaling/plan/scenario-properties.ts';

/** What the reference documentation is written from. */
const SCHEMAS: Readonly<Record<string, Readonly<Record<string, Property<unknown>>>>> = {
  'Custom::ScheduledScaling': scheduledScalingSchema,
  Bounds: boundsSchema,
  Scenario: scenarioSchema,
  Step: stepSchema(),
  'a DocumentDB capacity': documentDbCapacitySchema,
  'an ECS capacity': ecsCapacitySchema,
};

describe('Every property of a plan', () => {
  for (const [what, schema] of Object.entries(SCHEMAS)) {
    for (const [name, { description, kind, defaultValue }] of Object.entries(schema)) {
      test(`says what it is and may be: ${name} of ${what}`, () => {
        assert.match(name, /^[A-Z][A-Za-z]+$/);
        assert.match(description, /^[A-Z].*\.$/);
        assert.match(kind.allowed, /^\S.*[^.\s]$/);
        if (defaultValue !== undefined) assert.ok(kind.read(defaultValue).ok, 'its default is allowed');
      });
    }
  }

  test('has the names of the contract', () => {
    assert.deepEqual(
      Object.values(SCHEMAS).map((schema) => Object.keys(schema)),
      [
        ['Timezone', 'Enforce', 'OnDelete', 'Bounds', 'Scenarios'],
        ['InstanceCount', 'DesiredCount'],
        ['Name', 'Start', 'End', 'Duration', 'Priority', 'Except', 'Steps'],
        ['Target', 'After'],
        ['InstanceClass', 'FallbackClasses', 'InstanceCount', 'State', 'MinCapacity', 'AllowOutage'],
        ['DesiredCount', 'MinCapacity', 'MaxCapacity'],
      ],
    );
  });
});
