import { type Duration, Tokenization } from 'aws-cdk-lib';
import type { ScalingCapacity, ScalingScenario, ScheduledScalingProps } from './scheduled-scaling.ts';
import type { ScalingTarget } from './scheduled-scaling-target.ts';
import type { PropertyValues } from './service-request.ts';

/**
 * The properties by their names in a template; what is undefined is left to the service.
 * @param nameOf What a target is called. Default: its name, which may be a token.
 */
export function scheduledScalingProperties(
  { timezone, enforce, onDelete, bounds, scenarios, deploymentId }: ScheduledScalingProps,
  nameOf: (target: ScalingTarget) => string = ({ name }) => name,
): PropertyValues {
  return given({
    Timezone: timezone?.timezoneName,
    Enforce: enforce,
    OnDelete: onDelete,
    Bounds: bounds && given({ InstanceCount: bounds.instanceCount, DesiredCount: bounds.desiredCount }),
    Scenarios: scenarios.map((scenario) => scenarioProperties(scenario, nameOf)),
    DeploymentId: deploymentId,
  });
}

function scenarioProperties(
  { name, start, end, duration, priority, except, steps }: ScalingScenario,
  nameOf: (target: ScalingTarget) => string,
): PropertyValues {
  return given({
    Name: name,
    Start: start,
    End: end,
    Duration: duration && isoDuration(duration),
    Priority: priority,
    Except: except,
    Steps: steps.map(({ target, after, ...capacity }) =>
      given({
        Target: nameOf(target),
        ...capacityProperties(capacity),
        After: after && capacityProperties(after),
      }),
    ),
  });
}

function capacityProperties(capacity: ScalingCapacity): PropertyValues {
  return given({
    InstanceClass: capacity.instanceClass,
    FallbackClasses: capacity.fallbackClasses,
    InstanceCount: capacity.instanceCount,
    State: capacity.state,
    MinCapacity: capacity.minCapacity,
    MaxCapacity: capacity.maxCapacity,
    DesiredCount: capacity.desiredCount,
    AllowOutage: capacity.allowOutage,
  });
}

/** A number that is a token says nothing of hours: it is given in minutes. */
function isoDuration(duration: Duration): string {
  if (!duration.isUnresolved()) return duration.toIsoString();
  return `PT${Tokenization.stringifyNumber(duration.toMinutes())}M`;
}

function given(values: PropertyValues): PropertyValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
