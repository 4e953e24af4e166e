import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnFailureRecord } from './wire.ts';

/** The context object of Lambda's Node runtime, as far as a provider may use it. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  readonly getRemainingTimeInMillis: () => number;
  /** Only their types are left on Node 24: calling one throws. */
  readonly done: () => never;
  readonly fail: () => never;
  readonly succeed: () => never;
}

export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** A function that runs in this process, and the configuration of its asynchronous invocations. */
export interface InProcessFunction {
  readonly handler: LambdaHandler;
  /**
   * Starts another instance of the function, which remembers nothing of the first: a second delivery of an event
   * may go to one. Default: the same instance gets everything.
   */
  readonly anotherInstance?: () => LambdaHandler;
  /** Default: the last part of the service token. */
  readonly functionName?: string;
  /** The function's own timeout. Default 900 000, Lambda's longest. */
  readonly timeoutMs?: number;
  /** Attempts after the first one. Default 2, Lambda's own. */
  readonly maximumRetryAttempts?: 0 | 1 | 2;
  /** Default 21 600, Lambda's own. */
  readonly maximumEventAgeSeconds?: number;
  /** The on-failure destination. Default: none, the event is dropped. */
  readonly onFailure?: Provider;
}

/** Whoever else takes an event: e.g. a Lambda harness that runs the function in a process of its own. */
export interface Invoker {
  /** Resolves when nothing more will come of the event: retries and the on-failure destination included. */
  readonly invokeAsync: (event: unknown) => Promise<void>;
}

/** What stands behind a service token. */
export type Provider = InProcessFunction | Invoker;

/** The provider as a second delivery of an event meets it. */
export function elsewhere(provider: Provider): Provider {
  if (!('handler' in provider) || !provider.anotherInstance) return provider;
  return { ...provider, handler: provider.anotherInstance() };
}

/** One attempt, as Lambda sees it. */
export type Attempt =
  | { readonly outcome: 'returned' }
  | { readonly outcome: 'failed'; readonly errorType: string; readonly errorMessage: string };

export interface Delivery {
  readonly attempts: readonly Attempt[];
  /** What went to the on-failure destination, or would have gone. */
  readonly record?: OnFailureRecord;
}

export interface DeliveryOptions {
  readonly functionArn: string;
  /** The invocation's id; every delivery of the same event has the same one. Default: a new one. */
  readonly requestId?: string;
  /** How long the event has been in Lambda's queue when it is taken out first. Default 0. */
  readonly queuedMs?: number;
}

/** Waits between attempts on AWS. They count for the event's age; nobody waits for them here. */
const RETRY_WAITS_MS = [60_000, 120_000] as const;
const DEFAULT_TIMEOUT_MS = 900_000;
const DEFAULT_RETRY_ATTEMPTS = 2;
const DEFAULT_EVENT_AGE_SECONDS = 21_600;
const TRACE_LINES = 10;

/**
 * An asynchronous invocation: the event goes to the function, again after an error, and at last to the on-failure
 * destination. Each attempt gets a copy of its own, as from JSON. Resolves when nothing more will come of it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function deliver(
  provider: Provider,
  event: unknown,
  options: DeliveryOptions,
): Promise<Delivery> {
  const payload = JSON.stringify(event);
  if ('invokeAsync' in provider) {
    await provider.invokeAsync(JSON.parse(payload));
    return { attempts: [] };
  }
  const requestId = options.requestId ?? randomUUID();
  const attempts: Attempt[] = [];
  const maximumAgeMs = (provider.maximumEventAgeSeconds ?? DEFAULT_EVENT_AGE_SECONDS) * 1000;
  const maximumAttempts = 1 + (provider.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS);
  let ageMs = options.queuedMs ?? 0;
  let condition: OnFailureRecord['requestContext']['condition'] = 'RetriesExhausted';
  let responsePayload: OnFailureRecord['responsePayload'];
  while (attempts.length < maximumAttempts) {
    if (ageMs > maximumAgeMs) {
      condition = 'EventAgeExceeded';
      break;
    }
    const failure = await attempt(provider, JSON.parse(payload), options.functionArn, requestId);
    if (!failure) return { attempts: [...attempts, { outcome: 'returned' }] };
    responsePayload = failure;
    const { errorType = 'Error', errorMessage } = failure;
    attempts.push({ outcome: 'failed', errorType, errorMessage });
    ageMs += RETRY_WAITS_MS[attempts.length - 1] ?? 0;
  }
  const record: OnFailureRecord = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${options.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts.length,
    },
    requestPayload: JSON.parse(payload),
    ...(responsePayload && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload,
    }),
  };
  if (provider.onFailure) {
    const functionArn = options.functionArn.replace(/[^:]+$/, (name) => `${name}-on-failure`);
    await deliver(provider.onFailure, record, { functionArn });
  }
  return { attempts, record };
}

async function attempt(
  provider: InProcessFunction,
  event: unknown,
  functionArn: string,
  requestId: string,
): Promise<OnFailureRecord['responsePayload'] | undefined> {
  const timeoutMs = provider.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadlineMs = Date.now() + timeoutMs;
  const functionName = provider.functionName ?? functionArn.split(':').at(-1) ?? '';
  const context: LambdaContext = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: '256',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${requestId.replaceAll('-', '')}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done: noCallback,
    fail: noCallback,
    succeed: noCallback,
  };
  const timer = new AbortController();
  const timedOut = sleep(timeoutMs, 'timed out' as const, { signal: timer.signal, ref: false });
  timedOut.catch(() => {});
  try {
    // A handler that throws before its first await rejects too: Lambda makes no difference.
    const run = (async () => provider.handler(event, context))();
    const outcome = await Promise.race([run, timedOut]);
    if (outcome !== 'timed out') return undefined;
    run.catch(() => {});
    const seconds = (timeoutMs / 1000).toFixed(2);
    return {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    };
  } catch (error) {
    if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
    const trace = (error.stack ?? '').split('\n').slice(0, TRACE_LINES);
    return { errorType: error.name, errorMessage: error.message, trace };
  } finally {
    timer.abort();
  }
}

function noCallback(): never {
  throw new Error('Node 24 on Lambda has no callbacks: return a value or throw');
}
