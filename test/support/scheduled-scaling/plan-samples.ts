import type { TemplateProperties } from '../cloudformation/template.ts';

/* Properties of plans, as a template has them. The tests' night is that of Friday, 2026-11-20, in UTC. */

/** From Thursday to the Wednesday after: it is open all through a test. */
export const OPEN = { Start: 'cron(0 0 ? * THU *)', End: 'cron(0 0 ? * WED *)' };
/** On a Wednesday. */
export const CLOSED = { Start: 'cron(0 1 ? * WED *)', End: 'cron(0 5 ? * WED *)' };
/** From 1:00 to 5:00, every night. */
export const NIGHTLY = { Start: 'cron(0 1 * * ? *)', End: 'cron(0 5 * * ? *)' };

export const LARGE_ORDERS = {
  Target: 'docdb/orders',
  InstanceClass: 'db.r6g.2xlarge',
  InstanceCount: 3,
};
export const MANY_BATCH = { Target: 'ecs/prod/batch', DesiredCount: 12 };
export const MANY_REPORTS = { Target: 'ecs/prod/reports', MinCapacity: 4, MaxCapacity: 8 };

/** A scenario, `nightly-batch` unless it is named otherwise. */
export function scenario(
  times: Readonly<Record<string, unknown>>,
  ...steps: readonly Readonly<Record<string, unknown>>[]
): TemplateProperties {
  return { Name: 'nightly-batch', ...times, Steps: steps as never } as TemplateProperties;
}

export function planProperties(...scenarios: readonly TemplateProperties[]): TemplateProperties {
  return { Scenarios: scenarios } as unknown as TemplateProperties;
}
