import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaContext, LambdaHandler } from '../asynchronous-delivery.ts';
import type { Hold, LifecycleSuiteOptions, LifecycleWorld, Surroundings } from '../lifecycle-suite.ts';
import type { CustomResourceAnswer, CustomResourceRequest, OnFailureRecord } from '../wire.ts';
import { type PutAnswer, putWithRetries } from './put-answer.ts';

/** What a provider says; the ids of the request are added when it is sent. */
export type ThingAnswer = Omit<CustomResourceAnswer, 'PhysicalResourceId'> & {
  readonly PhysicalResourceId: string;
};

/** Physical id → what the thing is like. */
export type ThingStore = Map<string, { readonly size: string }>;

/** A request on its way through a provider. */
export interface ThingRequest {
  readonly request: CustomResourceRequest;
  readonly context: LambdaContext;
  readonly store: ThingStore;
  readonly log: (line: string) => void;
}

/** How a control differs from the reference: it stands around one step of it. */
export interface ThingFault {
  readonly answer?: (
    asked: ThingRequest,
    next: (asked: ThingRequest) => Promise<ThingAnswer>,
  ) => Promise<ThingAnswer>;
  readonly put?: (url: string, body: Buffer, next: PutAnswer) => Promise<void>;
}

export const THING_TYPE = 'Custom::Thing';
export const THING_ATTRIBUTES = ['Name', 'Size', 'Arn'] as const;
const KNOWN_PROPERTIES = ['ServiceToken', 'ServiceTimeout', 'DeploymentId', 'Name', 'Size'];
const KNOWN_TYPES = [THING_TYPE, 'AWS::CloudFormation::CustomResource'];
const ID_PREFIX = 'thing/';
/** The id of a thing that was never made. */
const NOT_CREATED = 'not-created';
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;
/** Kept back from every time limit, for the answer's own way. */
const MARGIN_MS = 200;

/**
 * The lifecycle suite's options for a provider of things: the reference, or one with a fault. Each instance of the
 * function has a fault of its own, with what it remembers.
 */
export function thingSuite(fault: () => ThingFault = () => ({})): LifecycleSuiteOptions {
  return {
    name: THING_TYPE,
    resourceType: THING_TYPE,
    attributes: THING_ATTRIBUTES,
    heldMs: 600,
    start: async (surroundings) => startThingWorld(surroundings, fault),
  };
}

function startThingWorld(surroundings: Surroundings, fault: () => ThingFault): LifecycleWorld {
  const store: ThingStore = new Map();
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  let hold: (Hold & { arrive: () => void; released: Promise<void> }) | undefined;

  const put: PutAnswer = async (url, body) => {
    if (new URL(url).origin !== surroundings.responseOrigin) return;
    await putWithRetries(url, body);
  };
  const send = async (
    request: CustomResourceRequest,
    answer: ThingAnswer,
    around: ThingFault['put'],
  ): Promise<void> => {
    const { StackId, RequestId, LogicalResourceId, ResponseURL } = request;
    const body = Buffer.from(JSON.stringify({ StackId, RequestId, LogicalResourceId, ...answer }));
    await (around ? around(ResponseURL, body, put) : put(ResponseURL, body));
  };
  const answer = async (asked: ThingRequest): Promise<ThingAnswer> => {
    const inTime = deadline(asked);
    const work = (async () => {
      if (asked.request.RequestType === 'Create' && hold) {
        hold.arrive();
        await hold.released;
      }
      return decide(asked, surroundings);
    })();
    return Promise.race([work, inTime.failure]).finally(inTime.stop);
  };
  const startInstance = (): LambdaHandler => {
    const around = fault();
    return async (event, context) => {
      const request = event as CustomResourceRequest;
      log(`${request.RequestType} ${request.LogicalResourceId} of ${request.StackId}`);
      const asked = { request, context, store, log };
      await send(request, await (around.answer ? around.answer(asked, answer) : answer(asked)), around.put);
    };
  };
  const undelivered: LambdaHandler = async (event) => {
    const request = (event as OnFailureRecord).requestPayload as CustomResourceRequest;
    await send(request, failed(request, 'The provider died; its log says why'), fault().put);
  };

  return {
    provider: {
      handler: startInstance(),
      anotherInstance: startInstance,
      maximumRetryAttempts: 0,
      onFailure: { handler: undelivered },
    },
    samples: {
      valid: { Name: 'first', Size: 1 },
      inPlace: { Name: 'first', Size: 2 },
      replacement: { Name: 'second', Size: 1 },
      invalid: { Name: 'first', Size: 'huge' },
      invalidProperty: 'Size',
      requiredProperty: 'Name',
    },
    cleanup: async () => hold?.release(),
    log: () => lines.join('\n'),
    observe: async () => structuredClone(store),
    vanish: async () => store.clear(),
    hold: () => {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      hold = {
        reached: reached.promise,
        arrive: reached.resolve,
        released: released.promise,
        release: released.resolve,
      };
      return hold;
    },
  };
}

/** Does what is asked for. */
function decide(
  { request, store }: ThingRequest,
  { partition, region, accountId }: Surroundings,
): ThingAnswer {
  const { RequestType, ResourceType, ResourceProperties, PhysicalResourceId = NOT_CREATED } = request;
  if (!request.StackId.startsWith(`arn:${partition}:cloudformation:${region}:${accountId}:`)) {
    return failed(request, 'The stack is not of this account and Region');
  }
  if (RequestType === 'Delete') {
    store.delete(PhysicalResourceId);
    return { Status: 'SUCCESS', PhysicalResourceId };
  }
  if (!KNOWN_TYPES.includes(ResourceType)) return failed(request, `${ResourceType} is not known here`);
  const unknown = Object.keys(ResourceProperties).filter((name) => !KNOWN_PROPERTIES.includes(name));
  if (unknown.length > 0) return failed(request, `${unknown.join(', ')} is not a property`);
  const { Name, Size } = ResourceProperties;
  if (typeof Name !== 'string') return failed(request, 'Name is missing');
  if (typeof Size !== 'string' || !/^\d$/.test(Size)) return failed(request, 'Size is no digit');
  const id = ID_PREFIX + Name;
  store.set(id, { size: Size });
  const Data = { Name, Size, Arn: `arn:${partition}:things:${region}:${accountId}:${id}` };
  return { Status: 'SUCCESS', PhysicalResourceId: id, Data };
}

export function failed(request: CustomResourceRequest, Reason: string): ThingAnswer {
  return { Status: 'FAILED', Reason, PhysicalResourceId: request.PhysicalResourceId ?? NOT_CREATED };
}

/** A failure that comes when the time is over: the function's own, or CloudFormation's since it made the request. */
function deadline({ request, context }: ThingRequest): { failure: Promise<ThingAnswer>; stop: () => void } {
  const stop = new AbortController();
  const stamp = new URL(request.ResponseURL).searchParams.get('X-Amz-Date') ?? '';
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(stamp) ?? [];
  const madeAt = Date.parse(
    `${date?.replace(/(..)(..)$/, '-$1-$2')}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`,
  );
  const serviceTimeout = Number(request.ResourceProperties.ServiceTimeout ?? DEFAULT_SERVICE_TIMEOUT_SECONDS);
  const leftMs = Math.min(context.getRemainingTimeInMillis(), madeAt + serviceTimeout * 1000 - Date.now());
  const failure = sleep(Math.max(0, leftMs - MARGIN_MS), undefined, { signal: stop.signal, ref: false });
  return {
    failure: failure.then(() => failed(request, 'It was not done in time')),
    stop: () => {
      failure.catch(() => {});
      stop.abort();
    },
  };
}
