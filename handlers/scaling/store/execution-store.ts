import {
  ExecutionAlreadyExists,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { ProviderError } from '../../errors.ts';
import { BreakRetries } from '../../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../../network/aws-timeouts.ts';
import { errorOfAws } from '../../registry/aws-error.ts';
import { outlastThrottling, type Patience } from '../../registry/throttling.ts';
import { describeRun, type RunReference } from '../run/run.ts';
import { executionStart } from './execution-start.ts';

/** Executions of the state machine that carries out runs. */
export interface ExecutionStore {
  /**
   * Starts a run, once: where it was started before, also where it is over by now, nothing happens.
   * @throws ProviderError `AccessDenied`, `InternalFailure` where there is no state machine, …
   */
  start(run: RunReference, signal: AbortSignal): Promise<void>;
}

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;

/** A client of Step Functions' API, with a time limit for each attempt. */
export function createSfnClient(
  configuration: SFNClientConfig & { readonly maxAttempts?: number } = {},
): SFNClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new SFNClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

export class SfnExecutionStore implements ExecutionStore {
  readonly #client: SFNClient;
  readonly #stateMachineArn: string;
  readonly #patience: Patience;

  constructor(client: SFNClient, options: Patience & { readonly stateMachineArn: string }) {
    this.#client = client;
    this.#stateMachineArn = options.stateMachineArn;
    this.#patience = options;
  }

  async start(run: RunReference, signal: AbortSignal): Promise<void> {
    const command = new StartExecutionCommand({
      stateMachineArn: this.#stateMachineArn,
      ...executionStart(run),
    });
    const attempt = async (): Promise<void> => {
      try {
        await this.#client.send(command, { abortSignal: signal });
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return;
        throw await this.#describe(error, run, signal);
      }
    };
    await outlastThrottling(attempt, { signal, ...this.#patience });
  }

  async #describe(error: unknown, run: RunReference, signal: AbortSignal): Promise<unknown> {
    if (error instanceof StateMachineDoesNotExist) {
      return new ProviderError(
        'InternalFailure',
        `The state machine ${this.#stateMachineArn} is not there; it belongs to the service stack: deploy that again`,
        { cause: error },
      );
    }
    return errorOfAws(error, {
      service: 'Step Functions',
      region: await this.#client.config.region(),
      operation: `start ${describeRun(run)} of the plan ${run.plan}`,
      hints: {
        AccessDenied: `this function's role must be allowed states:StartExecution on ${this.#stateMachineArn}`,
      },
      signal,
    });
  }
}
