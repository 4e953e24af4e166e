import assert from 'node:assert/strict';
import { parseDocument } from 'yaml';

interface Documented {
  readonly Type?: string;
  readonly Properties?: Record<string, unknown>;
  readonly Resources?: Record<string, Documented>;
  readonly Scenarios?: unknown;
}

/** The properties of a plan in a block of YAML of the documentation, with something in the place of what CloudFormation would resolve. */
export function planPropertiesIn(block: string): Record<string, unknown> {
  const resolved = block
    .replaceAll(/!Ref Service\b/g, 'ecs/prod/batch')
    .replaceAll(/docdb\/\$\{\w+\}/g, 'docdb/orders');
  const document = parseDocument(resolved, { logLevel: 'silent' });
  assert.deepEqual(document.errors, []);
  const value = document.toJS() as Documented & Record<string, Documented>;
  if (value.Scenarios !== undefined) return value as Record<string, unknown>;
  const found = Object.values(value.Resources ?? value).find(
    ({ Type }) => Type === 'Custom::ScheduledScaling',
  );
  assert.ok(found?.Properties, 'a block is a resource, or its properties');
  return found.Properties;
}
