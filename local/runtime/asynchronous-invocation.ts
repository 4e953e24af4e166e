import { randomUUID } from 'node:crypto';
import type { FunctionError, Invocation } from './invocation.ts';
import type { InvokeOptions, LambdaFunction } from './lambda-function.ts';

/** Whoever takes an event and is waited for by nobody: another function, or a test that looks. */
export interface EventReceiver {
  /** Resolves when nothing more will come of the event. */
  readonly invokeAsync: (event: unknown) => Promise<void>;
}

/** How Lambda delivers a function's asynchronous events. */
export interface AsynchronousConfiguration {
  /** Attempts after a first one that failed. Default 0, as this service's providers have it; Lambda's own is 2. */
  readonly maximumRetryAttempts?: 0 | 1 | 2;
  /** Default 21 600, Lambda's own. */
  readonly maximumEventAgeSeconds?: number;
  /** Receives a record of each event that came to nothing. Default: none, the event is dropped. */
  readonly onFailure?: EventReceiver;
}

export interface AsynchronousOptions extends Omit<InvokeOptions, 'requestId'> {
  /** How long the event has waited in Lambda's queue before it is first tried. Default 0. */
  readonly queuedMs?: number;
}

/**
 * What an on-failure destination receives. Response context and payload are missing where the function never ran.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface OnFailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload?: FunctionError;
}

/** What came of an event. */
export interface AsynchronousDelivery {
  readonly attempts: readonly Invocation[];
  /** What went to the on-failure destination, or would have gone. */
  readonly record?: OnFailureRecord;
}

/** Waits between attempts on AWS. They count for the event's age; nobody waits for them here. */
const RETRY_WAITS_MS = [60_000, 120_000] as const;
const DEFAULT_EVENT_AGE_SECONDS = 21_600;

/**
 * A function with Lambda's queue in front of it: tries an event, tries it again, and tells the on-failure destination.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsynchronousFunction implements EventReceiver {
  readonly function: LambdaFunction;
  readonly #configuration: AsynchronousConfiguration;

  constructor(lambdaFunction: LambdaFunction, configuration: AsynchronousConfiguration = {}) {
    this.function = lambdaFunction;
    this.#configuration = configuration;
  }

  readonly invokeAsync = async (event: unknown): Promise<void> => {
    await this.deliver(event);
  };

  /** As invokeAsync, and tells what happened. Every attempt has the same request id. */
  async deliver(event: unknown, options: AsynchronousOptions = {}): Promise<AsynchronousDelivery> {
    const { maximumRetryAttempts = 0, maximumEventAgeSeconds = DEFAULT_EVENT_AGE_SECONDS } =
      this.#configuration;
    const { queuedMs = 0, ...invokeOptions } = options;
    const requestId = randomUUID();
    const attempts: Invocation[] = [];
    let ageMs = queuedMs;
    while (attempts.length <= maximumRetryAttempts && ageMs <= maximumEventAgeSeconds * 1000) {
      const invocation = await this.function.invoke(event, { ...invokeOptions, requestId });
      attempts.push(invocation);
      if (invocation.outcome === 'returned') return { attempts };
      ageMs += invocation.durationMs + (RETRY_WAITS_MS[attempts.length - 1] ?? 0);
    }
    const record = this.#recordOf(event, requestId, attempts, attempts.length <= maximumRetryAttempts);
    await this.#configuration.onFailure?.invokeAsync(record);
    return { attempts, record };
  }

  #recordOf(
    requestPayload: unknown,
    requestId: string,
    attempts: readonly Invocation[],
    isTooOld: boolean,
  ): OnFailureRecord {
    const last = attempts.at(-1);
    return {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId,
        functionArn: `${this.function.arn}:$LATEST`,
        condition: isTooOld ? 'EventAgeExceeded' : 'RetriesExhausted',
        approximateInvokeCount: attempts.length,
      },
      requestPayload,
      ...(last?.outcome === 'failed' && {
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: last.error,
      }),
    };
  }
}
