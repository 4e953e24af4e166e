import type { Context } from 'aws-lambda';
import type { Environment } from '../environment.ts';
import { ProviderError } from '../errors.ts';
import { AnsweredRequests, type FirstDelivery } from './answered-requests.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import { type CustomResourceRequest, findAnswerAddress, parseRequest } from './event.ts';
import { isOfFailedCreate } from './physical-resource-id.ts';
import { readProperties } from './properties.ts';
import type { Resource } from './resource.ts';
import type { Respond } from './respond.ts';
import { type Answer, failed, type Response, succeeded } from './response.ts';
import { findRequestTime } from './response-url.ts';
import { parseStackId } from './stack-id.ts';

/** Where the lifecycle says what it does. Powertools' Logger is one. */
export interface Log {
  appendKeys(keys: Record<string, unknown>): void;
  info(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** One answered request, for metrics. */
export interface AnsweredRequest {
  readonly resourceType: string;
  readonly requestType: string;
  readonly status: Response['status'];
  readonly durationMs: number;
}

export interface Lifecycle {
  readonly environment: Environment;
  readonly respond: Respond;
  readonly log: Log;
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  /** The clock, in milliseconds since the epoch. Default Date.now. */
  readonly now?: () => number;
}

/** An accepted request: what the middleware puts in the event's place for `dispatch`. */
export interface AcceptedRequest {
  readonly request: CustomResourceRequest;
  /** Aborted at the deadline, with the failure to answer as its reason. */
  readonly signal: AbortSignal;
  /** The answer of an earlier delivery, where this is not the first: there is nothing to do but to repeat it. */
  readonly earlier: Promise<Response> | undefined;
}

/** middy's request object, as far as it is used here. */
export interface Invocation {
  event: unknown;
  context: Context;
  response: unknown;
  error: Error | null;
  internal: Record<string, unknown>;
}

interface State {
  readonly event: unknown;
  readonly startedAt: number;
  readonly deadline: AbortController;
  timer?: NodeJS.Timeout;
  /** One of the two, once the request was read. */
  first?: FirstDelivery;
  earlier?: Promise<Response>;
  /** An answer was decided on. Whether or not it arrives, this invocation sends no other. */
  answered: boolean;
}

/** Whatever time an answer may take, CloudFormation's patience is not without end; in milliseconds. */
const MAX_RESPOND_BUDGET_MS = 60_000;
/** Of the time that is left, so much may go into answering; the rest is for the end of the invocation. */
export const RESPOND_SHARE = 0.9;

/**
 * The middleware that gives each request its one answer. It must be the last one used, next to the handler:
 * then it answers before any other middleware can fail afterwards, and hears of each that failed before.
 *
 * - before: reads the request, checks the stack that it comes from, starts the clock of its deadline;
 * - after: answers SUCCESS;
 * - onError: answers FAILED, whatever failed, also a middleware ahead of this one or the reading itself.
 *
 * The invocation fails only where no answer could be delivered: then Lambda's on-failure destination, the
 * function `undelivered`, tries again.
 */
export function answerCloudFormation(lifecycle: Lifecycle) {
  const now = lifecycle.now ?? Date.now;
  const answeredRequests = new AnsweredRequests();

  const stateOf = (invocation: Invocation): State => {
    const known = invocation.internal[STATE] as State | undefined;
    if (known) return known;
    const state: State = {
      event: invocation.event,
      startedAt: now(),
      deadline: new AbortController(),
      answered: false,
    };
    invocation.internal[STATE] = state;
    return state;
  };

  const answer = async (
    invocation: Invocation,
    responseOf: (to: Address, log: Pointer) => Response,
  ): Promise<void> => {
    const state = stateOf(invocation);
    clearTimeout(state.timer);
    state.answered = true;
    const address = findAnswerAddress(state.event);
    if (!address) {
      lifecycle.log.error('The event has no ResponseURL: there is nobody to answer', {});
      return;
    }
    const { environment, respond } = lifecycle;
    const { context } = invocation;
    const pointer = { logGroupName: environment.logGroupName, requestId: context.awsRequestId };
    try {
      const earlier = state.deadline.signal.aborted ? undefined : await state.earlier;
      const response = earlier ?? responseOf(address, pointer);
      const remainingMs = context.getRemainingTimeInMillis() * RESPOND_SHARE;
      await respond(address.responseUrl, response.body, Math.min(MAX_RESPOND_BUDGET_MS, remainingMs));
      state.first?.settle(response);
      invocation.response = { status: response.status };
      report(state, address, response);
    } catch (error) {
      state.first?.abandon(error);
      throw error;
    }
  };

  const report = (state: State, address: Address, { status, code, reason }: Response): void => {
    const { log } = lifecycle;
    const durationMs = now() - state.startedAt;
    log.info(`Answered ${status}`, { status, durationMs, ...(code && { code, reason }) });
    lifecycle.onAnswered?.({
      resourceType: resourceTypeOf(state.event),
      requestType: address.requestType ?? 'unknown',
      status,
      durationMs,
    });
  };

  return {
    before: (invocation: Invocation): void => {
      const state = stateOf(invocation);
      lifecycle.log.appendKeys(keysOf(state.event));
      const request = parseRequest(state.event);
      checkStack(request.stackId, lifecycle.environment);
      const deadline = deadlineOf({
        now: state.startedAt,
        remainingMs: invocation.context.getRemainingTimeInMillis(),
        requestedAt: findRequestTime(request.responseUrl),
        serviceTimeout: request.properties.ServiceTimeout,
      });
      armDeadline(state, deadline);
      const earlier = answeredRequests.find(request.responseUrl);
      if (earlier) state.earlier = earlier;
      else state.first = answeredRequests.begin(request.responseUrl);
      lifecycle.log.info('Received', {
        isDuplicate: earlier !== undefined,
        deadlineMs: Math.round(deadline.at - state.startedAt),
      });
      invocation.event = { request, signal: state.deadline.signal, earlier } satisfies AcceptedRequest;
    },

    after: async (invocation: Invocation): Promise<void> => {
      const resourceAnswer = invocation.response as Answer;
      await answer(invocation, (address, log) => succeeded(address, resourceAnswer, log));
    },

    onError: async (invocation: Invocation): Promise<void> => {
      const state = stateOf(invocation);
      const { signal } = state.deadline;
      // At the deadline whatever was under way is torn down; its own error is only an echo of that.
      const error: unknown = signal.aborted ? signal.reason : invocation.error;
      try {
        if (!state.answered) await answer(invocation, (address, log) => failed(address, error, log));
      } catch (undelivered) {
        // Without a response the invocation fails with this; throwing it would keep the other middlewares from
        // cleaning up.
        invocation.error = undelivered as Error;
      }
      lifecycle.log.error('Failed', { error });
    },
  };
}

const STATE = 'deploytime.lifecycle';

type Address = Parameters<typeof succeeded>[0];
type Pointer = Parameters<typeof succeeded>[2];

/**
 * The handler of one resource type: what the middleware accepted goes to the resource's create, update or
 * delete, until the deadline.
 */
export function dispatch<Properties>(resource: Resource<Properties>) {
  return async (event: unknown): Promise<Answer> => {
    const { request, signal, earlier } = event as AcceptedRequest;
    signal.throwIfAborted();
    let onAbort: (() => void) | undefined;
    const deadline = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      const work = earlier ? earlier.then(() => NOTHING_NEW) : operate(resource, request, signal);
      return await Promise.race([work, deadline]);
    } finally {
      if (onAbort) signal.removeEventListener('abort', onAbort);
    }
  };
}

/** In place of a duplicate's answer, which the middleware has. */
const NOTHING_NEW: Answer = { physicalResourceId: '', attributes: {} };

async function operate<Properties>(
  resource: Resource<Properties>,
  request: CustomResourceRequest,
  signal: AbortSignal,
): Promise<Answer> {
  if (request.requestType === 'Delete') {
    const { physicalResourceId } = request;
    const isLeft = resource.undoesFailedCreates === true || !isOfFailedCreate(physicalResourceId);
    if (isLeft && isTypeOf(resource, request.resourceType)) await resource.delete(request, { signal });
    return { physicalResourceId, attributes: {} };
  }
  if (!isTypeOf(resource, request.resourceType)) {
    throw new ProviderError(
      'InvalidRequest',
      `This service token serves ${resource.type} (or AWS::CloudFormation::CustomResource), not ${JSON.stringify(request.resourceType.slice(0, 80))}`,
    );
  }
  const properties = readProperties(resource.type, resource.schema, request.properties, resource.rules);
  return request.requestType === 'Create'
    ? resource.create(request, properties, { signal })
    : resource.update(request, properties, { signal });
}

function isTypeOf(resource: Resource<never> | { type: string }, resourceType: string): boolean {
  return resourceType === resource.type || resourceType === 'AWS::CloudFormation::CustomResource';
}

function checkStack(stackId: string, { region, accountId }: Environment): void {
  const stack = parseStackId(stackId);
  if (stack?.region === region && stack.accountId === accountId) return;
  const from = stack ? `account ${stack.accountId} in ${stack.region}` : 'no stack that its StackId names';
  throw new ProviderError(
    'AccessDenied',
    `The request comes from ${from}; this service answers stacks of account ${accountId} in ${region} only. Deploy it there as well`,
  );
}

/** Node's timers hold no longer time, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function armDeadline(state: State, deadline: Deadline): void {
  const { signal } = state.deadline;
  const leftMs = deadline.at - state.startedAt;
  const abort = () =>
    state.deadline.abort(
      new ProviderError(
        'NotStabilized',
        leftMs > 0
          ? `It was not done within ${Math.round(leftMs / 1000)} s, which is what the ${deadline.limit} leaves`
          : `It was delivered too late: the ${deadline.limit} was over before it began`,
      ),
    );
  if (leftMs <= 0) abort();
  else if (!signal.aborted) state.timer = setTimeout(abort, Math.min(leftMs, MAX_TIMER_MS));
}

/** What each line of the log carries. */
function keysOf(event: unknown): Record<string, unknown> {
  const address = findAnswerAddress(event);
  if (!address) return {};
  return {
    stack: parseStackId(address.stackId)?.stackName ?? 'unknown',
    logicalId: address.logicalResourceId.slice(0, 255),
    requestType: address.requestType ?? 'unknown',
    resourceType: resourceTypeOf(event),
  };
}

function resourceTypeOf(event: unknown): string {
  const type = (event as { ResourceType?: unknown } | null)?.ResourceType;
  return typeof type === 'string' && /^[\w:@-]{1,128}$/.test(type) ? type : 'unknown';
}
