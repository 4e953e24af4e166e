import { isDeepStrictEqual } from 'node:util';
import type { Schedule } from './plan-schedules.ts';

/** What leads from the schedules that are there to those that are wanted. */
export interface ScheduleDifference {
  readonly creates: readonly Schedule[];
  readonly updates: readonly Schedule[];
  readonly deletes: readonly Schedule[];
}

/** Schedules of one group are told by their names. What somebody changed by hand is an update. */
export function scheduleDifference(
  present: readonly Schedule[],
  desired: readonly Schedule[],
): ScheduleDifference {
  const presentByName = new Map(present.map((schedule) => [schedule.Name, schedule]));
  const names = new Set(desired.map(({ Name }) => Name));
  return {
    creates: desired.filter(({ Name }) => !presentByName.has(Name)),
    updates: desired.filter((schedule) => {
      const found = presentByName.get(schedule.Name);
      return found !== undefined && !isDeepStrictEqual(found, schedule);
    }),
    deletes: present.filter(({ Name }) => !names.has(Name)),
  };
}
