import assert from 'node:assert/strict';
import type { EcrImagePorts } from '../../../handlers/resources/ecr-image.ts';
import type { ResponseServer } from '../cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../provider/events.ts';
import { REGION, testContext } from '../provider/provider.ts';
import {
  type EcrImageWorld,
  type EcrImageWorldOptions,
  REPOSITORY,
  startEcrImageWorld,
} from './ecr-image-world.ts';

/** One answer; `Reason` is there where it failed, `Data` where it did not. */
export interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

/** Sends one request about the world's repository to a new instance of the function. */
export async function ask(
  world: EcrImageWorld,
  responses: ResponseServer,
  requestType: 'Create' | 'Update' | 'Delete',
  properties: Record<string, string>,
  more: { id?: string; old?: Record<string, string>; ports?: Partial<EcrImagePorts> } = {},
): Promise<Answered> {
  const instance = world.startInstance({ responseOrigin: responses.origin, ...more.ports });
  const issued = responses.issue({
    stackId: STACK_ID,
    logicalId: 'Image',
    requestId: crypto.randomUUID(),
    region: REGION,
  });
  await instance.handler(
    requestEvent(requestType, issued.url, {
      ResourceType: 'Custom::EcrImage',
      ResourceProperties: { RepositoryName: REPOSITORY, ...properties },
      ...(more.id !== undefined && { PhysicalResourceId: more.id }),
      ...(requestType === 'Update' && {
        OldResourceProperties: { RepositoryName: REPOSITORY, ...(more.old ?? properties) },
      }),
    }),
    testContext(),
  );
  assert.equal(issued.puts.length, 1);
  return JSON.parse(String(issued.puts[0]?.body)) as Answered;
}

/** A test's body with a world of its own; at its end no server has found fault with a request. */
export function inWorld(
  run: (world: EcrImageWorld) => Promise<void>,
  options: EcrImageWorldOptions = {},
): () => Promise<void> {
  return async () => {
    await using world = await startEcrImageWorld(options);
    await run(world);
    assert.deepEqual(world.violations(), []);
  };
}

export function assertFailed(answer: Answered, reason: RegExp): void {
  assert.equal(answer.Status, 'FAILED');
  assert.match(answer.Reason, reason);
}
