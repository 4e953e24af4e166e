import type { Scenario } from '../../../../handlers/scaling/plan/plan.ts';
import { formatInstant } from '../../../../handlers/scaling/time/instant.ts';
import type { PlanVersion, ScalingCase } from './scaling-case.ts';

/** A case in lines, for people. */
export function describeCase(scalingCase: ScalingCase): readonly string[] {
  const { seed, start, clusters, services, plans, acts, trouble, calm } = scalingCase;
  return [
    `seed ${seed}, from ${formatInstant(start)}, calm from ${formatInstant(calm)}`,
    ...clusters.map(
      ({ id, instances, writer, status, serverless }) =>
        `  docdb/${id} ${status}, writer ${writer}${serverless ? `, ${JSON.stringify(serverless)}` : ''}: ${instances
          .map((each) => `${each.id} ${each.instanceClass} (${each.promotionTier})`)
          .join(', ')}`,
    ),
    ...services.map(
      ({ cluster, name, desiredCount, bounds }) =>
        `  ecs/${cluster}/${name} ${desiredCount} tasks${bounds ? `, ${JSON.stringify(bounds)}` : ''}`,
    ),
    ...plans.flatMap(describeVersion),
    ...acts.map(({ at, ...act }) => `  ${formatInstant(at)} ${JSON.stringify(act)}`),
    `  trouble: ${JSON.stringify(trouble)}`,
  ];
}

function describeVersion({ at, stored, starts }: PlanVersion): readonly string[] {
  const { plan, status, overrides } = stored;
  return [
    `  ${formatInstant(at)} plan ${plan.id} ${status}, ${plan.timezone}, Enforce ${plan.enforce}, OnDelete ${plan.onDelete}, Bounds ${JSON.stringify(plan.bounds)}${starts ? `, starts ${JSON.stringify(starts)}` : ''}`,
    ...plan.scenarios.flatMap(describeScenario),
    ...overrides.map(
      ({ scenario, hold, from, until }) =>
        `    ${scenario} is ${hold} from ${formatInstant(from)} to ${formatInstant(until)}`,
    ),
  ];
}

function describeScenario({ name, start, end, priority, steps }: Scenario): readonly string[] {
  const until = end.kind === 'duration' ? `for ${end.durationMs / 60_000} min` : end.expression.text;
  return [
    `    ${name} (${priority}) ${start.text} ${until}`,
    ...steps.map((step) => `      ${JSON.stringify(step)}`),
  ];
}
