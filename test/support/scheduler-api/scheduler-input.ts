import { readExpression } from '../../../handlers/scaling/time/expression.ts';
import { nextOccurrence } from '../../../handlers/scaling/time/schedule.ts';
import { invalid } from './scheduler-error.ts';

/* What EventBridge Scheduler's API reference says of each field. Stricter than AWS, which passes over one that it does not know. */

type Check = (value: unknown) => boolean;
/** Field → whether it is required, and how it is checked. */
export type Fields = Readonly<Record<string, readonly [required: boolean, check: Check]>>;

/** Of a schedule and of a group. */
export const NAME = /^[0-9a-zA-Z_.-]{1,64}$/;
const CLIENT_TOKEN = /^[a-zA-Z0-9_-]{1,64}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]+$/;
const STATE_MACHINE_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[a-zA-Z0-9_-]{1,80}$/;
const MAX_AGE_SECONDS = { min: 60, max: 86_400 };
const MAX_ATTEMPTS = { min: 0, max: 185 };
const MAX_WINDOW_MINUTES = { min: 1, max: 1440 };

const isName: Check = (value) => typeof value === 'string' && NAME.test(value);
const isToken: Check = (value) => typeof value === 'string' && CLIENT_TOKEN.test(value);
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText =
  (max: number, min = 1): Check =>
  (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max;
const isFrom =
  ({ min, max }: { readonly min: number; readonly max: number }): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
const isOneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

/** Of CreateSchedule and UpdateSchedule alike. */
export const SCHEDULE_FIELDS: Fields = {
  ActionAfterCompletion: [false, isOneOf('NONE', 'DELETE')],
  ClientToken: [false, isToken],
  Description: [false, isText(512, 0)],
  EndDate: [false, Number.isFinite],
  FlexibleTimeWindow: [true, isObject],
  GroupName: [false, isName],
  KmsKeyArn: [false, isText(2048)],
  ScheduleExpression: [true, isText(256)],
  ScheduleExpressionTimezone: [false, isText(50)],
  StartDate: [false, Number.isFinite],
  State: [false, isOneOf('ENABLED', 'DISABLED')],
  Target: [true, isObject],
};
export const GROUP_FIELDS: Fields = { ClientToken: [false, isToken], Tags: [false, Array.isArray] };

const WINDOW_FIELDS: Fields = {
  Mode: [true, isOneOf('OFF', 'FLEXIBLE')],
  MaximumWindowInMinutes: [false, isFrom(MAX_WINDOW_MINUTES)],
};
/** Only a state machine's execution is started here. */
const TARGET_FIELDS: Fields = {
  Arn: [true, matches(STATE_MACHINE_ARN)],
  RoleArn: [true, matches(ROLE_ARN)],
  DeadLetterConfig: [false, isObject],
  Input: [false, isText(256 * 1024)],
  RetryPolicy: [false, isObject],
};
const DEAD_LETTER_FIELDS: Fields = { Arn: [false, matches(QUEUE_ARN)] };
const RETRY_FIELDS: Fields = {
  MaximumEventAgeInSeconds: [false, isFrom(MAX_AGE_SECONDS)],
  MaximumRetryAttempts: [false, isFrom(MAX_ATTEMPTS)],
};

export interface ScheduleInput {
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
  readonly ClientToken?: string;
  readonly Description?: string;
  readonly EndDate?: number;
  readonly FlexibleTimeWindow: {
    readonly Mode: 'OFF' | 'FLEXIBLE';
    readonly MaximumWindowInMinutes?: number;
  };
  readonly GroupName?: string;
  readonly KmsKeyArn?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly StartDate?: number;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly Target: TargetInput;
}

interface TargetInput {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: {
    readonly MaximumEventAgeInSeconds?: number;
    readonly MaximumRetryAttempts?: number;
  };
}

/** @throws SchedulerError ValidationException */
export function checkName(name: string): void {
  if (!isName(name)) throw invalid(`The name ${name} does not match ${NAME.source}`);
}

/** @throws SchedulerError ValidationException */
export function checkFields(given: Readonly<Record<string, unknown>>, fields: Fields, path = ''): void {
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) throw invalid(`There is no field ${path}${name}`);
    if (!field[1](value))
      throw invalid(`Value at ${path}${name} failed to satisfy constraint: ${JSON.stringify(value)}`);
  }
  for (const [name, [isRequired]] of Object.entries(fields)) {
    if (isRequired && given[name] === undefined) throw invalid(`Value at ${path}${name} must not be null`);
  }
}

/**
 * Everything that CreateSchedule and UpdateSchedule look at before they do anything.
 * @throws SchedulerError ValidationException
 */
export function checkSchedule(given: Readonly<Record<string, unknown>>, now: number): ScheduleInput {
  checkFields(given, SCHEDULE_FIELDS);
  const input = given as unknown as ScheduleInput;
  checkFields({ ...input.FlexibleTimeWindow }, WINDOW_FIELDS, 'FlexibleTimeWindow.');
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if ((Mode === 'FLEXIBLE') !== (MaximumWindowInMinutes !== undefined)) {
    throw invalid('MaximumWindowInMinutes goes with the mode FLEXIBLE, and with no other');
  }
  checkTarget(input.Target);
  checkTimes(input, now);
  return input;
}

function checkTarget(target: TargetInput): void {
  checkFields({ ...target }, TARGET_FIELDS, 'Target.');
  checkFields({ ...target.DeadLetterConfig }, DEAD_LETTER_FIELDS, 'Target.DeadLetterConfig.');
  checkFields({ ...target.RetryPolicy }, RETRY_FIELDS, 'Target.RetryPolicy.');
  if (target.Input !== undefined && !isJson(target.Input)) {
    throw invalid('The Input of a target that starts an execution must be JSON');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whoever writes an expression that this project does not read writes none that it sends. */
function checkTimes(
  { ScheduleExpression, ScheduleExpressionTimezone = 'UTC' }: ScheduleInput,
  now: number,
): void {
  if (
    !Intl.supportedValuesOf('timeZone').includes(ScheduleExpressionTimezone) &&
    ScheduleExpressionTimezone !== 'UTC'
  ) {
    throw invalid(`The time zone ${ScheduleExpressionTimezone} is not valid.`);
  }
  const reading = readExpression(ScheduleExpression);
  if (!reading.ok) throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  const { value } = reading;
  if (value.kind === 'at' && nextOccurrence(value, ScheduleExpressionTimezone, now) === undefined) {
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}: the time is past.`);
  }
}
