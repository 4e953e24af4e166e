import {
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-scheduler';
import type { Account } from './account.ts';

/** The names of a group's schedules, sorted; undefined where there is no such group. */
export async function findSchedules(
  { scheduler }: Account,
  name: string,
  abortSignal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    // MiniStack lists the schedules of a group that is not there: none.
    await scheduler.send(new GetScheduleGroupCommand({ Name: name }), { abortSignal });
    const listed = await scheduler.send(new ListSchedulesCommand({ GroupName: name }), { abortSignal });
    return (listed.Schedules ?? []).map(({ Name = '' }) => Name).sort();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
