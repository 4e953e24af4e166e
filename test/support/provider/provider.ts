import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  type AnsweredRequest,
  answerCloudFormation,
  dispatch,
  type Lifecycle,
} from '../../../handlers/cloudformation/lifecycle.ts';
import type { Resource } from '../../../handlers/cloudformation/resource.ts';
import {
  createRespond,
  RESPOND_POLICY,
  type RespondPolicy,
} from '../../../handlers/cloudformation/respond.ts';
import type { Environment } from '../../../handlers/environment.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { outboundRulesOf } from '../../../handlers/network/outbound-rules.ts';

export const ACCOUNT_ID = '111122223333';
export const REGION = 'us-east-1';

/** The environment that the service stack sets, with the test's response server as the endpoint override. */
export function testEnvironment(endpoint?: string): Environment {
  return {
    partition: 'aws',
    region: REGION,
    accountId: ACCOUNT_ID,
    urlSuffix: 'amazonaws.com',
    ...(endpoint !== undefined && { endpointOverride: new URL(endpoint) }),
    registryHosts: new Map(),
    allowedSourceRegistries: [],
    logGroupName: '/aws/lambda/deploytime-test',
  };
}

/** The real policy with pauses that a test can wait for. */
export const QUICK_POLICY: RespondPolicy = {
  ...RESPOND_POLICY,
  attemptMs: 500,
  firstPauseMs: 2,
  longestPauseMs: 10,
};

/** Lines of a log, as JSON, so that a test can search them for what must not be there. */
export class CollectedLog {
  readonly lines: string[] = [];
  #keys: Record<string, unknown> = {};

  appendKeys(keys: Record<string, unknown>): void {
    this.#keys = { ...this.#keys, ...keys };
  }
  info(message: string, fields: Record<string, unknown>): void {
    this.#write('INFO', message, fields);
  }
  error(message: string, fields: Record<string, unknown>): void {
    this.#write('ERROR', message, fields);
  }
  #write(level: string, message: string, fields: Record<string, unknown>): void {
    this.lines.push(
      JSON.stringify({ level, message, ...this.#keys, ...fields }, (_key, value: unknown) =>
        value instanceof Error ? { name: value.name, message: value.message, cause: value.cause } : value,
      ),
    );
  }
}

export interface TestProvider {
  readonly handler: (event: unknown, context: Context) => Promise<unknown>;
  readonly log: CollectedLog;
  readonly answered: AnsweredRequest[];
  readonly lifecycle: Lifecycle;
  readonly close: () => Promise<void>;
}

/** The real lifecycle around a resource, as an entry wires it, over real HTTP. */
export function buildProvider<Properties>(
  resource: Resource<Properties>,
  options: { responseOrigin: string; now?: () => number; policy?: RespondPolicy },
): TestProvider {
  const environment = testEnvironment(options.responseOrigin);
  const outbound = new Outbound(outboundRulesOf(environment));
  const log = new CollectedLog();
  const answered: AnsweredRequest[] = [];
  const lifecycle: Lifecycle = {
    environment,
    respond: createRespond(outbound, environment, options.policy ?? QUICK_POLICY),
    log,
    onAnswered: (request) => answered.push(request),
    ...(options.now && { now: options.now }),
  };
  const handler = middy<unknown>().use(answerCloudFormation(lifecycle)).handler(dispatch(resource));
  return {
    handler: (event, context) => handler(event, context) as Promise<unknown>,
    log,
    answered,
    lifecycle,
    close: () => outbound.close(),
  };
}

/** Lambda's context object, with as much time left as is given. */
export function testContext(remainingMs = 60_000, functionName = 'deploytime-test'): Context {
  const end = Date.now() + remainingMs;
  return {
    awsRequestId: '7c1f0f3e-0000-4000-8000-000000000001',
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${functionName}`,
    memoryLimitInMB: '1024',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: '2026/11/20/[$LATEST]0',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
