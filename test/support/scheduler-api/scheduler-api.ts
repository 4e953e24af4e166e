import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startLoopbackServer } from '../registry/loopback-server.ts';
import { SchedulerAccount, type SchedulerQuotas } from './scheduler-account.ts';
import { invalid, SchedulerError, type SchedulerErrorCode } from './scheduler-error.ts';
import { checkFields, checkName, checkSchedule, GROUP_FIELDS } from './scheduler-input.ts';
import { listSchedules } from './scheduler-list.ts';
import { routeOf, type SchedulerAction, type SchedulerRoute } from './scheduler-route.ts';

/** No call of ours comes near it. */
const MAX_REQUEST_BYTES = 64 * 1024;

export interface SchedulerApiOptions {
  /** Default `111122223333`. */
  readonly accountId?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** In milliseconds since 1970. A one-time schedule is held against it. Default: the system's. */
  readonly clock?: () => number;
  readonly quotas?: SchedulerQuotas;
}

/** What calls are answered instead. */
export interface SchedulerFault {
  /** `lost-answer`: it is carried out, and the connection reset. */
  readonly kind: SchedulerErrorCode | 'lost-answer';
  /** Default: any. */
  readonly action?: SchedulerAction;
  /** How many calls. Default 1. */
  readonly times?: number;
}

/** A call as it was answered. */
export interface SchedulerCall {
  readonly action: string;
  /** Of a schedule or a group. */
  readonly name: string;
  /** The body; undefined where there is none, or where it could not be read. */
  readonly input: unknown;
  /** The exception it was answered with. */
  error: string | undefined;
}

/** EventBridge Scheduler, for `new SchedulerClient({ endpoint: api.origin, … })`. */
export interface SchedulerApi extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** What is there, and what goes on in it. */
  readonly account: SchedulerAccount;
  /** In the order of arrival. */
  readonly calls: readonly SchedulerCall[];
  /** A sentence for each thing that no client of AWS should do. */
  readonly violations: readonly string[];
  fail(fault: SchedulerFault): void;
  /** Does something, such as another writer's call, right before the next call of that action is carried out. */
  before(action: SchedulerAction, callback: () => unknown): void;
  close(): Promise<void>;
}

/**
 * Knows the calls of schedules and their groups and refuses the others, and every field that is not in the API
 * reference. It checks that a request is signed for Scheduler in the Region, not whether the signature is right.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
 */
export async function startSchedulerApi(options: SchedulerApiOptions = {}): Promise<SchedulerApi> {
  const { accountId = '111122223333', region = 'us-east-1', clock = Date.now, quotas = {} } = options;
  const account = new SchedulerAccount(`arn:aws:scheduler:${region}:${accountId}`, clock);
  account.quotas = quotas;
  const calls: SchedulerCall[] = [];
  const violations: string[] = [];
  const faults: { kind: SchedulerFault['kind']; action: SchedulerAction | undefined; left: number }[] = [];
  const callbacks: { action: SchedulerAction; callback: () => unknown }[] = [];

  const server = await startLoopbackServer(async (request, response) => {
    const { bytes, complete } = await readBody(request, MAX_REQUEST_BYTES);
    if (!complete) return;
    const call = { action: '', name: '', input: findBody(bytes), error: undefined as string | undefined };
    calls.push(call);
    try {
      checkSignature(request, region);
      const route = routeOf(request.method ?? '', request.url ?? '');
      Object.assign(call, { action: route.action, name: route.name });
      const fault = takeFault(route.action);
      if (fault !== undefined && fault !== 'lost-answer') throw new InjectedError(fault, `${fault} it is`);
      const index = callbacks.findIndex((planned) => planned.action === route.action);
      if (index !== -1) await callbacks.splice(index, 1)[0]?.callback();
      const result = carryOut(route, readBodyOf(route, bytes));
      if (fault === 'lost-answer') response.destroy();
      else answer(response, 200, result);
    } catch (error) {
      if (!(error instanceof SchedulerError)) throw error;
      call.error = error.code;
      if (MISTAKES.has(error.code) && !(error instanceof InjectedError)) {
        violations.push(`${call.action || 'a call'} is refused: ${error.message}`);
      }
      answer(response, error.status, { Message: error.message }, { 'x-amzn-errortype': error.code });
    }
  });

  function takeFault(action: SchedulerAction): SchedulerFault['kind'] | undefined {
    const fault = faults.find(({ action: only, left }) => left > 0 && (only ?? action) === action);
    if (fault !== undefined) fault.left -= 1;
    return fault?.kind;
  }

  function carryOut({ action, name, query }: SchedulerRoute, body: Record<string, unknown>): object {
    if (action !== 'ListSchedules') checkName(name);
    const { ClientToken: token = query.clientToken, ...given } = body;
    const request = { action, name, query: { ...query, clientToken: undefined }, given };
    const once = (work: () => object): object => account.once(token as string | undefined, request, work);
    switch (action) {
      case 'CreateSchedule': {
        const input = checkSchedule(body, clock());
        return once(() => account.createSchedule(name, input));
      }
      case 'UpdateSchedule': {
        const input = checkSchedule(body, clock());
        return once(() => account.updateSchedule(name, input));
      }
      case 'GetSchedule':
        return account.getSchedule(query.groupName, name);
      case 'DeleteSchedule':
        return once(() => account.deleteSchedule(query.groupName, name));
      case 'ListSchedules':
        return listSchedules(account, query);
      case 'CreateScheduleGroup':
        checkFields(body, GROUP_FIELDS);
        return once(() => account.createGroup(name));
      case 'GetScheduleGroup':
        return account.getGroup(name);
      case 'DeleteScheduleGroup':
        return once(() => account.deleteGroup(name));
    }
  }

  return {
    origin: server.origin,
    account,
    calls,
    violations,
    fail: ({ kind, action, times = 1 }) => void faults.push({ kind, action, left: times }),
    before: (action, callback) => void callbacks.push({ action, callback }),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** An error that a test asked for is nobody's mistake. */
class InjectedError extends SchedulerError {}

/** What says that the client is wrong, not that the world is another than it thought. */
const MISTAKES: ReadonlySet<SchedulerErrorCode> = new Set<SchedulerErrorCode>([
  'ValidationException',
  'UnknownOperationException',
]);

/** @throws SchedulerError for what no client of AWS sends. */
function checkSignature({ headers: { authorization = '' } }: IncomingMessage, region: string): void {
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) throw invalid('The request is not signed');
  if (!authorization.includes(`/${region}/scheduler/aws4_request`)) {
    throw invalid(`The request is not signed for Scheduler in ${region}`);
  }
}

const WITH_BODY: readonly SchedulerAction[] = ['CreateSchedule', 'UpdateSchedule', 'CreateScheduleGroup'];

/** @throws SchedulerError */
function readBodyOf({ action }: SchedulerRoute, bytes: Buffer): Record<string, unknown> {
  if (!WITH_BODY.includes(action)) {
    if (bytes.length > 0) throw invalid(`${action} has no body`);
    return {};
  }
  const body = findBody(bytes);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>;
  }
  throw invalid('The request is no JSON object');
}

function findBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': bytes.length,
  });
  response.end(bytes);
}
