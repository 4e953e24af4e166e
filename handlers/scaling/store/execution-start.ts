import { createHash } from 'node:crypto';
import { type RunReference, runKey } from '../run/run.ts';
import { formatInstant } from '../time/instant.ts';

/** What starts an execution of the state machine. */
export interface ExecutionStart {
  readonly name: string;
  /** JSON. */
  readonly input: string;
}

/** Of a scenario's name, which has up to 40: with the rest it makes the 80 that a name of an execution has. */
const MAX_SCENARIO_CHARACTERS = 40;
const HASH_DIGITS = 16;

/**
 * The same run has the same name for ever, and Step Functions keeps a name for 90 days: so it can't be started twice.
 * `start-nightly-batch-20261121T153000Z-0123456789abcdef`.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionStart(run: RunReference): ExecutionStart {
  const { plan, scenario, edge, scheduledTime, isRepair } = run;
  const time = formatInstant(scheduledTime);
  // Step Functions logs only names of letters, digits, "-" and "_".
  const readable = (scenario ?? 'restore').slice(0, MAX_SCENARIO_CHARACTERS).replace(/[^A-Za-z0-9_-]/g, '_');
  const hash = createHash('sha256').update(runKey(run)).digest('hex').slice(0, HASH_DIGITS);
  const input = {
    plan,
    ...(scenario !== undefined && { scenario }),
    edge,
    scheduledTime: time,
    ...(isRepair && { isRepair }),
  };
  return {
    name: `${edge}-${readable}-${time.replace(/[-:]/g, '')}-${hash}`,
    input: JSON.stringify(input),
  };
}
