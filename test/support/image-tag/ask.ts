import assert from 'node:assert/strict';
import type { ResponseServer } from '../cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../provider/events.ts';
import { REGION, testContext } from '../provider/provider.ts';
import {
  type ImageTagWorld,
  type ImageTagWorldOptions,
  PARAMETER,
  startImageTagWorld,
} from './image-tag-world.ts';

/** One answer; `Reason` is there where it failed, `Data` where it did not. */
export interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

/** Sends one request about the world's parameter to a new instance of the function. */
export async function ask(
  world: ImageTagWorld,
  responses: ResponseServer,
  requestType: 'Create' | 'Update' | 'Delete',
  properties: Record<string, unknown>,
  more: { readonly id?: string; readonly old?: Record<string, unknown> } = {},
): Promise<Answered> {
  const instance = world.startInstance(responses.origin);
  const requestId = crypto.randomUUID();
  const issued = responses.issue({ stackId: STACK_ID, logicalId: 'Tag', requestId, region: REGION });
  await instance.handler(
    requestEvent(requestType, issued.url, {
      ResourceType: 'Custom::ImageTag',
      ResourceProperties: { ParameterName: PARAMETER, ...properties },
      ...(more.id !== undefined && { PhysicalResourceId: more.id }),
      ...(requestType === 'Update' && {
        OldResourceProperties: { ParameterName: PARAMETER, ...(more.old ?? properties) },
      }),
    }),
    testContext(),
  );
  assert.equal(issued.puts.length, 1);
  return JSON.parse(String(issued.puts[0]?.body)) as Answered;
}

/** A test's body with a world of its own; at its end no server has found fault with a request. */
export function inWorld(
  run: (world: ImageTagWorld) => Promise<void>,
  options: ImageTagWorldOptions = {},
): () => Promise<void> {
  return async () => {
    await using world = await startImageTagWorld(options);
    await run(world);
    assert.deepEqual(world.violations(), []);
  };
}

export function assertFailed(answer: Answered, reason: RegExp): void {
  assert.equal(answer.Status, 'FAILED');
  assert.match(answer.Reason, reason);
}
