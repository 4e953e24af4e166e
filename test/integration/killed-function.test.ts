import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ResponseServer, startResponseServer } from '../support/cloudformation/response-server.ts';
import {
  ECR_HOST,
  type EcrImageWorld,
  REPOSITORY,
  SOURCE_HOST,
  startEcrImageWorld,
} from '../support/ecr-image/ecr-image-world.ts';
import { pullImage } from '../support/images/pull-image.ts';
import { type BuiltService, builtService } from '../support/lambda/built-service.ts';
import { requestEvent, STACK_ID } from '../support/provider/events.ts';
import { ACCOUNT_ID, REGION } from '../support/provider/provider.ts';
import { type FaultProxy, startFaultProxy } from '../support/registry/fault-proxy.ts';

/** A world with a recording proxy in front of each registry, and the built function in it. */
interface Stage extends AsyncDisposable {
  readonly world: EcrImageWorld;
  readonly proxies: Readonly<Record<Side, FaultProxy>>;
  readonly service: BuiltService;
}
type Side = 'source' | 'ecr';

async function startStage(server: ResponseServer): Promise<Stage> {
  const world = await startEcrImageWorld();
  const proxies = {
    source: await startFaultProxy({ upstream: world.source.origin }),
    ecr: await startFaultProxy({ upstream: world.ecr.origin }),
  };
  const service = await builtService('ecr-image', {
    accountId: ACCOUNT_ID,
    region: REGION,
    responseEndpoint: new URL(server.origin),
    accountEndpoint: new URL(world.api.origin),
    registryHosts: { [SOURCE_HOST]: proxies.source.origin, [ECR_HOST]: proxies.ecr.origin },
  });
  return {
    world,
    proxies,
    service,
    [Symbol.asyncDispose]: async () => {
      await service.stop();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await world[Symbol.asyncDispose]();
    },
  };
}

describe('the function, killed after any request of a copy,', () => {
  let server: ResponseServer;
  before(async () => {
    server = await startResponseServer();
  });
  after(() => server.stop());

  const createEvent = ({ world }: Stage) => {
    const issued = server.issue({
      stackId: STACK_ID,
      logicalId: 'Image',
      requestId: crypto.randomUUID(),
      region: REGION,
    });
    const event = requestEvent('Create', issued.url, {
      ResourceType: 'Custom::EcrImage',
      ResourceProperties: {
        RepositoryName: REPOSITORY,
        Source: world.sourceOf(world.images.index.root.digest),
        Platform: 'all',
      },
    });
    return { event, issued };
  };

  /** How many requests a whole copy makes on each side. */
  async function countRequests(): Promise<Record<Side, number>> {
    await using stage = await startStage(server);
    const { event } = createEvent(stage);
    await stage.service.provider.invoke(event);
    return { source: stage.proxies.source.requests.length, ecr: stage.proxies.ecr.requests.length };
  }

  async function killAfter(side: Side, number: number): Promise<void> {
    await using stage = await startStage(server);
    const { world, proxies, service } = stage;
    const killer = new AbortController();
    proxies[side].after(number, () => killer.abort());

    const first = createEvent(stage);
    const killed = await service.provider.invoke(first.event, { kill: { signal: killer.signal } });
    assert.equal(killed.outcome, 'failed', `request ${number} at ${side} was never made`);
    assert.equal(first.issued.puts.length, 0, 'a dead function answers nothing');

    const second = createEvent(stage);
    const repeated = await service.provider.invoke(second.event);
    assert.equal(repeated.outcome, 'returned');
    assert.equal(second.issued.puts.length, 1);
    const answer = JSON.parse(String(second.issued.puts[0]?.body)) as Record<string, unknown>;
    assert.equal(answer.Status, 'SUCCESS', String(answer.Reason));
    const { root } = world.images.index;
    assert.equal(answer.PhysicalResourceId, `${ECR_HOST}/${REPOSITORY}:initial@${root.digest}`);

    // Read back by a client that is not ours, with every digest checked.
    const { password } = world.ecr.ecrTokens.issue();
    const stored = await pullImage(
      {
        origin: world.ecr.origin,
        repository: REPOSITORY,
        login: { username: 'AWS', password },
        redirectedHosts: world.ecr.redirectedHosts,
      },
      'initial',
    );
    assert.equal(stored.root.digest, root.digest);
    assert.equal(stored.blobs.length, world.images.index.blobs.length);
    assert.deepEqual(world.violations(), []);
  }

  test('ends right when the event is repeated', async (context) => {
    const counts = await countRequests();
    assert.ok(counts.source >= 5 && counts.ecr >= 15, JSON.stringify(counts));
    for (const side of ['source', 'ecr'] as const) {
      for (let number = 1; number <= counts[side]; number += 1) {
        await context.test(`after request ${number} of ${counts[side]} at ${side}`, () =>
          killAfter(side, number),
        );
      }
    }
  });
});
