import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, deliver, elsewhere, type Provider } from './asynchronous-delivery.ts';
import type { IssuedUrl, ResponseServer } from './response-server.ts';
import { type AnsweredRequest, parseAnswer } from './violation.ts';
import type { CustomResourceAnswer, CustomResourceRequest, RequestType, WireProperties } from './wire.ts';

/** How often an event reaches the function: Lambda promises «at least once». */
export type Deliveries = 'once' | 'twice in a row' | 'twice at once';

/** What became of a request. */
export type Outcome =
  | 'SUCCESS'
  | 'FAILED'
  /** No answer within ServiceTimeout, or all invocations ended without one. */
  | 'TIMED_OUT'
  /** Another resource failed meanwhile, and CloudFormation stopped listening. */
  | 'CANCELLED';

/** What a request says. */
export interface RequestContent {
  readonly requestType: RequestType;
  readonly serviceToken: string;
  readonly stackId: string;
  readonly requestId?: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly physicalId?: string;
  readonly properties: WireProperties;
  readonly oldProperties?: WireProperties;
  /** Overrides the URL that the answer is expected at. */
  readonly responseUrl?: string;
}

export interface ExchangeOptions {
  readonly responses: ResponseServer;
  readonly provider: Provider;
  readonly region: string;
  readonly attributes: readonly string[];
  readonly deliveries?: Deliveries;
  /** How long ago CloudFormation made the request: it waited in Lambda's queue since. Default 0. */
  readonly queuedMs?: number;
  /** The longest that is really waited for an answer, in milliseconds; ServiceTimeout may be less. */
  readonly patienceMs: number;
  /** Stops waiting: the stack rolls back. */
  readonly cancelled?: AbortSignal;
}

/** One request and everything that came of it. */
export interface Exchange {
  readonly request: CustomResourceRequest;
  readonly issued: IssuedUrl;
  readonly outcome: Outcome;
  /** The first stored answer, where it was one. */
  readonly answer?: CustomResourceAnswer;
  /** Why CloudFormation takes the request for failed. */
  readonly reason?: string;
  /** Grows while invocations run on after a cancellation, and with redeliveries. */
  readonly deliveries: readonly Promise<Delivery>[];
  /** What `violationsOf` looks at, as it is now. */
  readonly answered: () => Promise<AnsweredRequest>;
  /** The same event once more, as Lambda may do at any time; resolves when its invocation has ended. */
  readonly redeliver: () => Promise<Delivery>;
}

const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;
/** How long an invocation may run on after its answer, before it counts as one that hangs. */
const MAX_AFTERWARDS_MS = 2_000;

/**
 * Sends one request and waits for what comes of it: an answer, the end of every invocation without one,
 * ServiceTimeout, or a cancellation. After an answer it waits for the invocation to end, since a second answer may
 * come still.
 */
export async function exchange(content: RequestContent, options: ExchangeOptions): Promise<Exchange> {
  const requestId = content.requestId ?? randomUUID();
  const { stackId, logicalId } = content;
  const issued = options.responses.issue({
    stackId,
    logicalId,
    requestId,
    region: options.region,
    signedAt: new Date(Date.now() - (options.queuedMs ?? 0)),
  });
  const request = toRequest(content, requestId, content.responseUrl ?? issued.url);
  const deliveries: Promise<Delivery>[] = [];
  const invocation = {
    functionArn: content.serviceToken,
    requestId: randomUUID(),
    queuedMs: options.queuedMs ?? 0,
  };
  const send = (): Promise<Delivery> => {
    const isFirst = deliveries.length === 0;
    const provider = isFirst ? options.provider : elsewhere(options.provider);
    const delivery = deliver(provider, request, invocation);
    deliveries.push(delivery);
    return delivery;
  };
  const finished = sendAs(options.deliveries ?? 'once', send).then(() => issued.close());
  // Awaited below; a provider's harness that breaks while nobody waits must not end the process.
  finished.catch(() => {});

  const waited = await firstOf(
    issued.stored,
    finished,
    serviceTimeoutMs(request, options),
    options.cancelled,
  );
  if (waited === 'answered') await atMost(Math.min(MAX_AFTERWARDS_MS, options.patienceMs), finished);
  else if (waited === 'finished') await finished;
  const body = issued.puts.find(({ outcome }) => outcome === 'accepted' || outcome === 'lost')?.body;
  const answer = body && parseAnswer(body);
  const ended = verdict(waited, body, answer);
  return {
    request,
    issued,
    deliveries,
    ...(answer && { answer }),
    ...ended,
    redeliver: async () => {
      issued.reopen();
      try {
        return await send();
      } finally {
        issued.close();
      }
    },
    answered: async () => ({
      request,
      issued,
      attributes: options.attributes,
      timedOut: ended.outcome === 'TIMED_OUT',
      ...(await progress(deliveries)),
    }),
  };
}

async function sendAs(how: Deliveries, send: () => Promise<Delivery>): Promise<void> {
  if (how === 'twice at once') {
    await Promise.all([send(), send()]);
    return;
  }
  await send();
  if (how === 'twice in a row') await send();
}

/** Attempts and destinations count: each may answer. What still runs counts as one. */
async function progress(
  deliveries: readonly Promise<Delivery>[],
): Promise<{ deliveries: number; running: boolean }> {
  const states = await Promise.all(
    deliveries.map((delivery) => Promise.race([delivery, 'running' as const])),
  );
  const counts = states.map((state) =>
    state === 'running' ? 1 : Math.max(1, state.attempts.length) + (state.record ? 1 : 0),
  );
  return { deliveries: counts.reduce((sum, count) => sum + count, 0), running: states.includes('running') };
}

type Waited = 'answered' | 'finished' | 'timed out' | 'cancelled';

async function firstOf(
  stored: Promise<Buffer>,
  finished: Promise<void>,
  timeoutMs: number,
  cancelled?: AbortSignal,
): Promise<Waited> {
  const stop = new AbortController();
  const timeout = sleep(timeoutMs, 'timed out' as const, { signal: stop.signal });
  timeout.catch(() => {});
  const cancellation = Promise.withResolvers<Waited>();
  const cancel = (): void => cancellation.resolve('cancelled');
  cancelled?.addEventListener('abort', cancel);
  try {
    if (cancelled?.aborted) return 'cancelled';
    return await Promise.race([
      stored.then((): Waited => 'answered'),
      finished.then((): Waited => 'finished'),
      timeout,
      cancellation.promise,
    ]);
  } finally {
    stop.abort();
    cancelled?.removeEventListener('abort', cancel);
  }
}

async function atMost(milliseconds: number, promise: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => {});
  await Promise.race([promise, timeout]);
  stop.abort();
}

function serviceTimeoutMs(request: CustomResourceRequest, options: ExchangeOptions): number {
  const seconds = Number(request.ResourceProperties.ServiceTimeout ?? DEFAULT_SERVICE_TIMEOUT_SECONDS);
  const leftMs = seconds * 1000 - (options.queuedMs ?? 0);
  // Not NaN, where a test sends a ServiceTimeout that CloudFormation would have refused.
  return Math.max(0, Math.min(Number.isFinite(leftMs) ? leftMs : options.patienceMs, options.patienceMs));
}

function verdict(
  waited: Waited,
  body: Buffer | undefined,
  answer: CustomResourceAnswer | undefined,
): { outcome: Outcome; reason?: string } {
  if (waited === 'cancelled') return { outcome: 'CANCELLED', reason: 'Resource operation cancelled' };
  if (!body) {
    return {
      outcome: 'TIMED_OUT',
      reason: 'CloudFormation did not receive a response from your Custom Resource',
    };
  }
  if (!answer) return { outcome: 'FAILED', reason: 'Invalid response object, or it is too long' };
  if (!answer.PhysicalResourceId) return { outcome: 'FAILED', reason: 'Invalid PhysicalResourceId' };
  if (answer.Status === 'SUCCESS') return { outcome: 'SUCCESS' };
  return { outcome: 'FAILED', reason: `Received response status [FAILED]: ${answer.Reason}` };
}

function toRequest(content: RequestContent, requestId: string, url: string): CustomResourceRequest {
  return {
    RequestType: content.requestType,
    ServiceToken: content.serviceToken,
    ResponseURL: url,
    StackId: content.stackId,
    RequestId: requestId,
    LogicalResourceId: content.logicalId,
    ...(content.physicalId !== undefined && { PhysicalResourceId: content.physicalId }),
    ResourceType: content.resourceType,
    ResourceProperties: content.properties,
    ...(content.oldProperties && { OldResourceProperties: content.oldProperties }),
  };
}
