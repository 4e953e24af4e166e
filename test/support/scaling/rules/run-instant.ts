import type { Instant } from '../../../../handlers/scaling/time/instant.ts';
import type { PlayedCase } from '../play-case.ts';

/** A schedule may fire so long before its time, besides what a clock is off. */
const EARLY_MS = 10_000;

/** The instant by which an execution goes: its run's own time, where that is seconds ahead. */
export function runInstant({ history, scalingCase }: PlayedCase, execution: string, at: Instant): Instant {
  const { run } = history.executions.find(({ name }) => name === execution) ?? {};
  const isSoon = run !== undefined && run.scheduledTime <= at + EARLY_MS + scalingCase.trouble.clockSkewMs;
  return isSoon ? Math.max(at, run.scheduledTime) : at;
}
