import assert from 'node:assert/strict';
import { ProviderError } from '../../../handlers/errors.ts';
import { readPlan } from '../../../handlers/scaling/plan/plan-reader.ts';

/* Properties that are wrong in one thing, and what is said of them. */

const NOW = Date.parse('2026-11-21T12:00:00Z');
const place = { partition: 'aws', region: 'ap-northeast-1', accountId: '111122223333' };

export type Raw = Record<string, unknown>;
export const CLUSTER_STEP: Raw = { Target: 'docdb/orders', InstanceCount: '3' };
export const SERVICE_STEP: Raw = { Target: 'ecs/prod/batch', DesiredCount: '12' };
export const SCENARIO: Raw = {
  Name: 'nightly',
  Start: 'cron(30 0 * * ? *)',
  Duration: 'PT4H',
  Steps: [CLUSTER_STEP],
};
/** Where the scenario and its only step stand. */
export const NIGHTLY = 'Scenarios[0] (nightly)';
export const STEP = `${NIGHTLY}.Steps[0]`;

/** What is said of properties that are refused. */
export function mistakesIn(properties: unknown): string {
  try {
    readPlan({ id: 'plan-1', properties, place, now: NOW });
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
    assert.equal(error.code, 'InvalidRequest');
    assert.match(error.message, /^Custom::ScheduledScaling can't be read: /);
    return error.message.replace("Custom::ScheduledScaling can't be read: ", '');
  }
  return assert.fail('It was accepted');
}

export function plan(raw: Raw): Raw {
  return { Scenarios: [SCENARIO], ...raw };
}

export function scenario(raw: Raw): Raw {
  return plan({ Scenarios: [{ ...SCENARIO, ...raw }] });
}

export function cluster(raw: Raw, more: Raw = {}): Raw {
  return { ...scenario({ Steps: [{ ...CLUSTER_STEP, ...raw }] }), ...more };
}

export function service(raw: Raw, more: Raw = {}): Raw {
  return { ...scenario({ Steps: [{ ...SERVICE_STEP, ...raw }] }), ...more };
}

export function without(raw: Raw, name: string): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([candidate]) => candidate !== name));
}

/** Scenarios for one target that differ in their starts. */
export function apart(starts: readonly string[], more: Raw = {}): Raw {
  return plan({
    Scenarios: starts.map((Start, index) => ({ ...SCENARIO, Name: `part-${index}`, Start, ...more })),
  });
}
