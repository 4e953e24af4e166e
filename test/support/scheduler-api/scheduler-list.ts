import type { SchedulerAccount, StoredSchedule } from './scheduler-account.ts';
import { invalid } from './scheduler-error.ts';

const MAX_RESULTS = 100;

/** A page of summaries, in the order of names; `NextToken` is where the next one begins. */
export function listSchedules(account: SchedulerAccount, query: Readonly<Record<string, string>>): object {
  const { ScheduleGroup, NamePrefix = '', State, NextToken = '0', MaxResults = String(MAX_RESULTS) } = query;
  const limit = Number(MaxResults);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RESULTS) {
    throw invalid(`MaxResults is from 1 to ${MAX_RESULTS}, not ${MaxResults}`);
  }
  if (!/^\d{1,6}$/.test(NextToken)) throw invalid('The NextToken is none of ours');
  if (ScheduleGroup !== undefined) account.getGroup(ScheduleGroup);
  const found = account.schedules
    .filter(({ GroupName }) => ScheduleGroup === undefined || GroupName === ScheduleGroup)
    .filter((schedule) => schedule.Name.startsWith(NamePrefix))
    .filter((schedule) => State === undefined || schedule.State === State)
    .toSorted((a, b) => (a.Arn < b.Arn ? -1 : 1));
  const first = Number(NextToken);
  const next = first + limit;
  return {
    Schedules: found.slice(first, next).map(summaryOf),
    ...(next < found.length && { NextToken: String(next) }),
  };
}

function summaryOf(schedule: StoredSchedule): object {
  const { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target } = schedule;
  return { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } };
}
