import {
  ConflictException,
  ResourceNotFoundException,
  SchedulerClient,
  type SchedulerClientConfig,
} from '@aws-sdk/client-scheduler';
import { ProviderError } from '../../errors.ts';
import { BreakRetries } from '../../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../../network/aws-timeouts.ts';
import { errorOfAws } from '../../registry/aws-error.ts';
import { SYSTEM_TIMING } from '../../registry/retry-policy.ts';
import { outlastThrottling, type Patience } from '../../registry/throttling.ts';

/** A call of EventBridge Scheduler, as it stands in a message. */
export interface SchedulerCall {
  /** What it was to do: `create the schedule group nightly`. */
  readonly operation: string;
  /** `CreateScheduleGroup` */
  readonly action: string;
  readonly signal: AbortSignal;
}

export type SendToScheduler<T> = (
  client: SchedulerClient,
  options: { readonly abortSignal: AbortSignal },
) => Promise<T>;

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;
/** Tries of a call that meets another one on the same schedule. */
const CONFLICT_ATTEMPTS = 5;
/** The first wait is up to twice as long; it doubles with each further one. */
const FIRST_DELAY_MS = 500;

/** A client of EventBridge Scheduler's API, with a time limit for each attempt. */
export function createSchedulerClient(
  configuration: SchedulerClientConfig & { readonly maxAttempts?: number } = {},
): SchedulerClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new SchedulerClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/**
 * What every call of EventBridge Scheduler needs: patience, and a sentence where it fails. The SDK gives each call a
 * ClientToken of its own, the same for its repetitions. One that is derived from the content would be wrong: an update
 * back to what was there before would be taken for a repetition of the first, and not be made.
 */
export class SchedulerApi {
  readonly #client: SchedulerClient;
  readonly #patience: Patience;

  constructor(client: SchedulerClient, patience: Patience) {
    this.#client = client;
    this.#patience = patience;
  }

  async send<T>({ operation, action, signal }: SchedulerCall, send: SendToScheduler<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        return await send(this.#client, { abortSignal: signal });
      } catch (error) {
        throw errorOfAws(error, {
          service: 'EventBridge Scheduler',
          region: await this.#client.config.region(),
          operation,
          hints: {
            AccessDenied: `this function's role must be allowed scheduler:${action}, and to pass the schedules' role (iam:PassRole)`,
            ServiceLimitExceeded: "it is the account's quota of schedules or schedule groups in this Region",
          },
          signal,
        });
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
  }

  /** As `send`. A schedule that is being changed by another call refuses this one for a moment, which is waited out. */
  async sendInTurn<T>(call: SchedulerCall, send: SendToScheduler<T>): Promise<T> {
    const { timing = SYSTEM_TIMING } = this.#patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.send(call, send);
      } catch (error) {
        if (!(error instanceof ProviderError) || !(error.cause instanceof ConflictException)) throw error;
        if (attempt === CONFLICT_ATTEMPTS) {
          throw new ProviderError('NotStabilized', error.message, { cause: error });
        }
      }
      const delayMs = FIRST_DELAY_MS * (1 + timing.random()) * 2 ** (attempt - 1);
      await timing.sleep(delayMs, call.signal);
    }
  }
}

/** Undefined where there is no such schedule or group. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Undefined where there is one of that name. */
export async function unlessThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConflictException) return undefined;
    throw error;
  }
}
