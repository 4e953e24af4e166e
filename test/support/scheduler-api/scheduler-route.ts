import { SchedulerError } from './scheduler-error.ts';

export type SchedulerAction =
  | 'CreateSchedule'
  | 'GetSchedule'
  | 'UpdateSchedule'
  | 'DeleteSchedule'
  | 'ListSchedules'
  | 'CreateScheduleGroup'
  | 'GetScheduleGroup'
  | 'DeleteScheduleGroup';

export interface SchedulerRoute {
  readonly action: SchedulerAction;
  /** From the path; empty where it has none. */
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Method and path → the action, and the parameters that its query has. */
const ROUTES: readonly [
  method: string,
  path: RegExp,
  action: SchedulerAction,
  parameters: readonly string[],
][] = [
  ['POST', /^\/schedules\/(.+)$/, 'CreateSchedule', []],
  ['GET', /^\/schedules\/(.+)$/, 'GetSchedule', ['groupName']],
  ['PUT', /^\/schedules\/(.+)$/, 'UpdateSchedule', []],
  ['DELETE', /^\/schedules\/(.+)$/, 'DeleteSchedule', ['clientToken', 'groupName']],
  [
    'GET',
    /^\/schedules$/,
    'ListSchedules',
    ['MaxResults', 'NamePrefix', 'NextToken', 'ScheduleGroup', 'State'],
  ],
  ['POST', /^\/schedule-groups\/(.+)$/, 'CreateScheduleGroup', []],
  ['GET', /^\/schedule-groups\/(.+)$/, 'GetScheduleGroup', []],
  ['DELETE', /^\/schedule-groups\/(.+)$/, 'DeleteScheduleGroup', ['clientToken']],
];

/** @throws SchedulerError for what is no call of the API. */
export function routeOf(method: string, target: string): SchedulerRoute {
  const { pathname, searchParams } = new URL(target, 'http://scheduler');
  const path = decodeURIComponent(pathname);
  for (const [routeMethod, pattern, action, parameters] of ROUTES) {
    const found = pattern.exec(path);
    if (routeMethod !== method || found === null) continue;
    const query = Object.fromEntries(searchParams);
    const unknown = Object.keys(query).find((parameter) => !parameters.includes(parameter));
    if (unknown !== undefined) {
      throw new SchedulerError('ValidationException', `${action} has no parameter ${unknown}`);
    }
    return { action, name: found[1] ?? '', query };
  }
  throw new SchedulerError('UnknownOperationException', `${method} ${path} is no call`);
}
