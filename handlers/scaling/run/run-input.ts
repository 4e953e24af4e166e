import { accepted, type Reading, refused } from '../../cloudformation/property-kinds.ts';
import type { Instant } from '../time/instant.ts';
import type { RunReference } from './run.ts';

/** What an execution of the state machine was started with. */
export interface RunInput {
  readonly run: RunReference;
  /** A person started it: it says what holds from now on, whatever the schedule says. */
  readonly byHand?: { readonly until?: Instant };
  /** Only tell what would be done. */
  readonly isDryRun: boolean;
}

/** EventBridge Scheduler puts the time in its place; an emulator that doesn't leaves the words as they are. */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

const NAMES = ['plan', 'scenario', 'edge', 'scheduledTime', 'isRepair', 'until', 'dryRun'];
const MAX_NAME_CHARACTERS = 128;

/**
 * Reads `{"plan","scenario","edge"}`, as a person gives it, with `until` and `dryRun` where they are wanted, or with the
 * `scheduledTime` that a schedule, the sweep or another run gives it.
 * @param startedAt When the execution started: the time of whatever has none of its own.
 */
export function readRunInput(given: unknown, startedAt: Instant): Reading<RunInput> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refused(
      'the input of the execution is no JSON object; {"plan": "…", "scenario": "…", "edge": "start"} is one',
    );
  }
  const input = given as Readonly<Record<string, unknown>>;
  const { plan, scenario, edge, scheduledTime, isRepair, until, dryRun = false } = input;
  const unknown = Object.keys(input).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    return refused(`the input has ${JSON.stringify(unknown)}; allowed are ${NAMES.join(', ')}`);
  }
  if (!isName(plan)) return refused('plan is missing: it is the attribute PlanId of the resource');
  if (edge !== 'start' && edge !== 'end')
    return refused(`edge is ${quoted(edge)}; allowed are "start" and "end"`);
  if (scenario !== undefined && !isName(scenario))
    return refused(`scenario is ${quoted(scenario)}, which is no name`);
  if (scenario === undefined && edge === 'start')
    return refused('scenario is missing: which one is to start?');
  if (typeof dryRun !== 'boolean') return refused(`dryRun is ${quoted(dryRun)}; allowed are true and false`);
  const isScheduled = scheduledTime !== undefined;
  const isSubstituted = isScheduled && scheduledTime !== SCHEDULED_TIME;
  const time = isSubstituted ? instantOf(scheduledTime) : startedAt;
  if (time === undefined) {
    return refused(
      `scheduledTime is ${quoted(scheduledTime)}; an instant as 2026-11-21T15:30:00Z is allowed`,
    );
  }
  const end = until === undefined ? undefined : instantOf(until);
  if (until !== undefined && (end === undefined || end <= time)) {
    return refused(`until is ${quoted(until)}; an instant to come is allowed, as 2026-11-21T15:30:00Z`);
  }
  if (until !== undefined && (isScheduled || scenario === undefined)) {
    return refused('until belongs to a scenario that a person starts or ends, without scheduledTime');
  }
  const run: RunReference = {
    plan,
    ...(scenario !== undefined && { scenario }),
    edge,
    scheduledTime: time,
    ...(isRepair === true && { isRepair }),
  };
  const isByHand = !isScheduled && scenario !== undefined;
  return accepted({
    run,
    isDryRun: dryRun,
    ...(isByHand && { byHand: end === undefined ? {} : { until: end } }),
  });
}

function isName(given: unknown): given is string {
  return typeof given === 'string' && given !== '' && given.length <= MAX_NAME_CHARACTERS;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function instantOf(given: unknown): Instant | undefined {
  if (typeof given !== 'string' || !INSTANT.test(given)) return undefined;
  const instant = Date.parse(given);
  return Number.isNaN(instant) ? undefined : instant;
}

const MAX_QUOTED_CHARACTERS = 80;

function quoted(given: unknown): string {
  return `${JSON.stringify(given)}`.slice(0, MAX_QUOTED_CHARACTERS);
}
