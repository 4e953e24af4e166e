import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type ResponseServer, startResponseServer } from '../cloudformation/response-server.ts';
import { requestEvent, STACK_ID } from '../provider/events.ts';
import { REGION, type TestProvider, testContext } from '../provider/provider.ts';
import {
  type LayerFingerprintWorld,
  type LayerFingerprintWorldOptions,
  startLayerFingerprintWorld,
} from './layer-fingerprint-world.ts';

/** One answer; `Reason` is there where it failed, `Data` where it did not. */
export interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

type Properties = Readonly<Record<string, unknown>>;

/** One resource in a world: its requests go to instances with nothing remembered, unless it is given one. */
export class AskedResource {
  readonly #world: LayerFingerprintWorld;
  readonly #responses: ResponseServer;
  readonly #instance: TestProvider | undefined;

  constructor(world: LayerFingerprintWorld, responses: ResponseServer, instance?: TestProvider) {
    this.#world = world;
    this.#responses = responses;
    this.#instance = instance;
  }

  /** The same, with one instance that stays warm. */
  warm(): AskedResource {
    const instance = this.#world.startInstance(this.#responses.origin);
    return new AskedResource(this.#world, this.#responses, instance);
  }

  create(properties: Properties): Promise<Answered> {
    return this.#ask('Create', { ResourceProperties: properties });
  }

  /** @param former Its id and properties; where they are the properties given, only DeploymentId differs. */
  update(
    properties: Properties,
    former: { readonly id: string; readonly properties?: Properties },
  ): Promise<Answered> {
    return this.#ask('Update', {
      ResourceProperties: { DeploymentId: '2', ...properties },
      OldResourceProperties: former.properties ?? { DeploymentId: '1', ...properties },
      PhysicalResourceId: former.id,
    });
  }

  remove(properties: Properties, id: string): Promise<Answered> {
    return this.#ask('Delete', { ResourceProperties: properties, PhysicalResourceId: id });
  }

  async #ask(
    requestType: 'Create' | 'Update' | 'Delete',
    fields: Record<string, unknown>,
  ): Promise<Answered> {
    const instance = this.#instance ?? this.#world.startInstance(this.#responses.origin);
    const requestId = crypto.randomUUID();
    const issued = this.#responses.issue({
      stackId: STACK_ID,
      logicalId: 'Layer',
      requestId,
      region: REGION,
    });
    const event = requestEvent(requestType, issued.url, {
      RequestId: requestId,
      LogicalResourceId: 'Layer',
      ResourceType: 'Custom::LayerFingerprint',
      ...fields,
    });
    await instance.handler(event, testContext());
    assert.equal(issued.puts.length, 1);
    return JSON.parse(String(issued.puts[0]?.body)) as Answered;
  }
}

export type InWorld = (
  run: (world: LayerFingerprintWorld, resource: AskedResource) => Promise<void>,
  options?: LayerFingerprintWorldOptions,
) => () => Promise<void>;

/**
 * For a describe: bodies of tests with a world of their own. At their end no server has found fault with a request,
 * and no part of a presigned URL stands in a log.
 */
export function useWorlds(): InWorld {
  let responses: ResponseServer;
  before(async () => {
    responses = await startResponseServer();
  });
  after(() => responses.stop());
  return (run, options = {}) =>
    async () => {
      await using world = await startLayerFingerprintWorld(options);
      await run(world, new AskedResource(world, responses));
      assert.deepEqual(world.violations(), []);
      const log = world.log();
      assert.ok(world.layers.archives.secrets.every((secret) => !log.includes(secret)));
    };
}

export function assertSucceeded(answer: Answered): void {
  assert.equal(answer.Status, 'SUCCESS', answer.Reason);
}

export function assertFailed(answer: Answered, reason: RegExp): void {
  assert.equal(answer.Status, 'FAILED');
  assert.match(answer.Reason, reason);
}
