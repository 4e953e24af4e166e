import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  documentDbCapacitySchema,
  ecsCapacitySchema,
  stepSchema,
} from '../../handlers/scaling/plan/capacity-properties.ts';
import type { Plan } from '../../handlers/scaling/plan/plan.ts';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';
import { scenarioSchema } from '../../handlers/scaling/plan/scenario-properties.ts';
import { readRunInput } from '../../handlers/scaling/run/run-input.ts';
import { formatInstant } from '../../handlers/scaling/time/instant.ts';
import { windowsIn } from '../../handlers/scaling/time/window.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { planPropertiesIn } from '../support/docs/plan-block.ts';
import { tablesUnder } from '../support/docs/tables.ts';
import { asCloudFormationSends } from '../support/scaling/plan-properties.ts';

const PAGE = 'docs/resource-types/scheduled-scaling.md';
const NOW = Date.parse('2026-11-20T00:00:00Z');

function planIn(block: string): Plan {
  const properties = asCloudFormationSends(planPropertiesIn(block));
  return readPlan({ id: 'NightlyBatch-1a2b3c4d', properties, now: NOW });
}

describe('the page of scheduled scaling', () => {
  test('has plans that are taken as they stand', () => {
    const plans = codeBlocks(PAGE, 'yaml').map(planIn);
    assert.ok(plans.length >= 11);
    for (const { scenarios } of plans) assert.ok(scenarios.length > 0);
  });

  test('has a cluster that sleeps from Friday evening to Monday morning', () => {
    const block = codeBlocks(PAGE, 'yaml').find((each) => each.includes('off-hours')) ?? '';
    const { scenarios, timezone } = planIn(block);
    const [scenario] = scenarios;
    assert.ok(scenario);
    const weekend = windowsIn(
      scenario,
      timezone,
      Date.parse('2026-11-20T12:00:00Z'),
      Date.parse('2026-11-24T12:00:00Z'),
    );
    assert.deepEqual(
      weekend.map(({ start, end }) => [formatInstant(start), formatInstant(end)]),
      [
        ['2026-11-20T19:00:00Z', '2026-11-23T06:00:00Z'],
        ['2026-11-23T19:00:00Z', '2026-11-24T06:00:00Z'],
      ],
    );
  });

  test('names every property of scenarios and steps, in the order of the schema, with its default', () => {
    const schemas = [scenarioSchema, stepSchema(), documentDbCapacitySchema, ecsCapacitySchema];
    const expected = schemas.map((schema) =>
      Object.entries<{ readonly presence: string; readonly defaultValue?: unknown }>(schema).map(
        ([name, { presence, defaultValue }]) => [
          name,
          defaultValue ?? (presence === 'required' ? 'required' : 'none'),
        ],
      ),
    );
    const tables = [...tablesUnder(PAGE, 'Scenarios'), ...tablesUnder(PAGE, 'Steps')];
    assert.deepEqual(
      tables.map((rows) => rows.map(([name, given]) => [name, given])),
      expected,
    );
  });

  test('has calls by hand that a run takes', () => {
    const inputs = codeBlocks(PAGE, 'sh').flatMap((block) =>
      [...block.matchAll(/--input '([^']+)'/g)].map(([, input = '']) => JSON.parse(input) as unknown),
    );
    assert.equal(inputs.length, 5);
    for (const input of inputs) {
      const reading = readRunInput(input, NOW);
      assert.ok(reading.ok, JSON.stringify(input));
      assert.ok(reading.value.byHand !== undefined || reading.value.isDryRun);
    }
  });
});
