import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { Plan, Scenario } from '../plan/plan.ts';
import { SCHEDULED_TIME } from '../run/run-input.ts';
import type { Expression } from '../time/expression.ts';
import type { Instant } from '../time/instant.ts';
import { nextOccurrence } from '../time/schedule.ts';

type Given = CreateScheduleCommandInput;

/** A schedule, in EventBridge Scheduler's own words. What is undefined isn't there. */
export type Schedule = {
  readonly [Name in
    | 'Name'
    | 'GroupName'
    | 'Description'
    | 'ScheduleExpression'
    | 'ScheduleExpressionTimezone'
    | 'FlexibleTimeWindow'
    | 'State'
    | 'Target'
    | 'ActionAfterCompletion']: NonNullable<Given[Name]>;
} & Readonly<Pick<Given, 'StartDate' | 'EndDate' | 'KmsKeyArn'>>;

/** Where a plan's schedules are, and what they start. */
export interface ScheduleSetting {
  readonly group: string;
  readonly stateMachineArn: string;
  /** The role with which EventBridge Scheduler starts it. */
  readonly roleArn: string;
  /** Where what could not be started is kept. */
  readonly deadLetterArn: string;
  readonly now: Instant;
}

/**
 * What is later starts nothing: by default EventBridge Scheduler would try for a day. By then the sweep, which comes
 * every 15 minutes, has started what is missing, and what should hold is another thing.
 */
export const MAX_EVENT_AGE_SECONDS = 15 * 60;
/** Its waits grow; within the quarter of an hour there is no time for more. */
export const MAX_RETRIES = 10;
/**
 * EventBridge Scheduler refuses a one-time schedule whose time is past. What fires within this time from now could be
 * past when its turn comes, and would fail the deployment; the sweep sees to it.
 */
export const CREATION_TIME_MS = 10_000;

/**
 * The schedules that a plan needs: one for each scenario's start, and one for its end where that is an expression; the
 * end of a Duration is seen to by the start's run. One that never fires any more isn't needed.
 *
 * They stay when they are over (`ActionAfterCompletion: NONE`): one that deletes itself would be missing where the
 * next update compares, and nothing could tell it from one that was deleted by hand.
 */
export function schedulesOf(plan: Plan, setting: ScheduleSetting): readonly Schedule[] {
  return plan.scenarios.flatMap((scenario) => {
    const { start, end } = scenario;
    const edges = [
      { edge: 'start' as const, expression: start },
      ...(end.kind === 'expression' ? [{ edge: 'end' as const, expression: end.expression }] : []),
    ];
    return edges
      .filter(({ expression }) => fires(expression, plan.timezone, setting.now))
      .map((each) => scheduleOf(plan, scenario, each, setting));
  });
}

function fires(expression: Expression, timezone: string, now: Instant): boolean {
  return nextOccurrence(expression, timezone, now + CREATION_TIME_MS) !== undefined;
}

function scheduleOf(
  plan: Plan,
  { name: scenario }: Scenario,
  { edge, expression }: { readonly edge: 'start' | 'end'; readonly expression: Expression },
  { group, stateMachineArn, roleArn, deadLetterArn }: ScheduleSetting,
): Schedule {
  return {
    Name: `${scenario}-${edge}`,
    GroupName: group,
    Description: `The ${edge} of ${scenario}, of the plan ${plan.id}. Made by deploytime; a change by hand lasts until the next deployment`,
    ScheduleExpression: expression.text,
    ScheduleExpressionTimezone: plan.timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    ActionAfterCompletion: 'NONE',
    Target: {
      Arn: stateMachineArn,
      RoleArn: roleArn,
      Input: JSON.stringify({ plan: plan.id, scenario, edge, scheduledTime: SCHEDULED_TIME }),
      RetryPolicy: {
        MaximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
        MaximumRetryAttempts: MAX_RETRIES,
      },
      DeadLetterConfig: { Arn: deadLetterArn },
    },
  };
}
