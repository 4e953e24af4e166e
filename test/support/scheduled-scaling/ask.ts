import assert from 'node:assert/strict';
import { type ResponseServer, startResponseServer } from '../cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../provider/events.ts';
import { REGION, testContext } from '../provider/provider.ts';
import { asCloudFormationSends } from '../scaling/plan-properties.ts';
import {
  type ScheduledScalingWorld,
  type ScheduledScalingWorldOptions,
  startScheduledScalingWorld,
} from './scheduled-scaling-world.ts';

/** One answer; `Reason` is there where it failed, `Data` where it did not. */
export interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

export interface Request {
  readonly id?: string;
  readonly old?: Record<string, unknown>;
  readonly logicalId?: string;
  readonly stackId?: string;
  /** So many seconds later than now CloudFormation made it. Default 0. */
  readonly later?: number;
}

/** Sends one request to a new instance of the function. */
export interface Ask {
  (...request: AskedRequest): Promise<Answered>;
  /** A request that can be delivered any number of times, each time to a new instance. */
  prepare(...request: AskedRequest): () => Promise<Answered>;
}

type AskedRequest = readonly [
  requestType: 'Create' | 'Update' | 'Delete',
  properties: Record<string, unknown>,
  request?: Request,
];

/** A test's body with a world of its own; at its end no server has found fault with a request. */
export function inWorld(
  run: (world: ScheduledScalingWorld, ask: Ask) => Promise<void>,
  options: ScheduledScalingWorldOptions = {},
): () => Promise<void> {
  return async () => {
    const responses = await startResponseServer();
    try {
      await using world = await startScheduledScalingWorld(options);
      await run(world, askerOf(world, responses));
      assert.deepEqual(world.violations(), []);
    } finally {
      await responses.stop();
    }
  };
}

function askerOf(world: ScheduledScalingWorld, responses: ResponseServer): Ask {
  const prepare: Ask['prepare'] = (requestType, properties, request = {}) => {
    const { id, old, logicalId = 'Nightly', stackId = STACK_ID, later = 0 } = request;
    const requestId = crypto.randomUUID();
    const signedAt = new Date(Date.now() + later * 1000);
    const issued = responses.issue({ stackId, logicalId, requestId, region: REGION, signedAt });
    const event = requestEvent(requestType, issued.url, {
      StackId: stackId,
      RequestId: requestId,
      LogicalResourceId: logicalId,
      ResourceType: 'Custom::ScheduledScaling',
      ResourceProperties: asCloudFormationSends(properties),
      ...(id !== undefined && { PhysicalResourceId: id }),
      ...(requestType === 'Update' && { OldResourceProperties: asCloudFormationSends(old ?? properties) }),
    });
    return async () => {
      const puts = issued.puts.length;
      await world.startInstance(responses.origin).handler(event, testContext());
      assert.ok(issued.puts.length > puts, 'It was not answered');
      return JSON.parse(String(issued.puts.at(-1)?.body)) as Answered;
    };
  };
  return Object.assign((...request: AskedRequest) => prepare(...request)(), { prepare });
}

export function assertFailed(answer: Answered, reason: RegExp): void {
  assert.equal(answer.Status, 'FAILED');
  assert.match(answer.Reason, reason);
}

export function assertSucceeded(answer: Answered): Answered {
  assert.equal(answer.Status, 'SUCCESS', answer.Reason);
  return answer;
}
