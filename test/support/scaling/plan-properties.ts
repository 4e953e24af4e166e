import type {
  Bounds,
  DocumentDbCapacity,
  EcsCapacity,
  Plan,
  Scenario,
  Step,
} from '../../../handlers/scaling/plan/plan.ts';
import { targetName } from '../../../handlers/scaling/plan/plan.ts';

/** A plan's properties as a template has them, with numbers and booleans. */
export function propertiesOf({
  timezone,
  enforce,
  onDelete,
  bounds,
  scenarios,
}: Plan): Record<string, unknown> {
  return {
    Timezone: timezone,
    Enforce: enforce,
    OnDelete: onDelete,
    ...(Object.keys(bounds).length > 0 && { Bounds: boundsOf(bounds) }),
    Scenarios: scenarios.map(scenarioOf),
  };
}

/** The same as CloudFormation sends it: every scalar has become a text. */
export function asCloudFormationSends(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asCloudFormationSends);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, asCloudFormationSends(inner)]),
  );
}

function boundsOf({ instanceCount, desiredCount }: Bounds): Record<string, unknown> {
  return withoutUndefined({ InstanceCount: instanceCount, DesiredCount: desiredCount });
}

function scenarioOf({ name, start, end, priority, except, steps }: Scenario): Record<string, unknown> {
  return {
    Name: name,
    Start: start.text,
    ...(end.kind === 'expression'
      ? { End: end.expression.text }
      : { Duration: `PT${end.durationMs / 60_000}M` }),
    Priority: priority,
    ...(except.length > 0 && { Except: except }),
    Steps: steps.map(stepOf),
  };
}

function stepOf({ target, capacity, after }: Step): Record<string, unknown> {
  return {
    Target: targetName(target),
    ...capacityOf(capacity),
    ...(after && { After: capacityOf(after) }),
  };
}

function capacityOf(capacity: DocumentDbCapacity | EcsCapacity): Record<string, unknown> {
  if (!('allowOutage' in capacity)) {
    const { desiredCount, minCapacity, maxCapacity } = capacity as {
      readonly desiredCount?: number;
      readonly minCapacity?: number;
      readonly maxCapacity?: number;
    };
    return withoutUndefined({
      DesiredCount: desiredCount,
      MinCapacity: minCapacity,
      MaxCapacity: maxCapacity,
    });
  }
  return withoutUndefined({
    InstanceClass: capacity.instanceClass,
    FallbackClasses: capacity.fallbackClasses,
    InstanceCount: capacity.instanceCount,
    State: capacity.state,
    MinCapacity: capacity.minCapacity,
    AllowOutage: capacity.allowOutage,
  });
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
