import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ECR_IMAGE_ATTRIBUTES, ECR_IMAGE_TYPE } from '../../handlers/resources/ecr-image-properties.ts';
import { AsynchronousFunction } from '../../local/runtime/asynchronous-invocation.ts';
import type { Invocation } from '../../local/runtime/invocation.ts';
import { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import type { Provider } from '../support/cloudformation/asynchronous-delivery.ts';
import { startResponseServer } from '../support/cloudformation/response-server.ts';
import {
  DEFAULT_ACCOUNT_ID,
  DEFAULT_PARTITION,
  DEFAULT_REGION,
  Stack,
} from '../support/cloudformation/stack.ts';
import {
  type BuiltEcrImage,
  type BuiltEcrImageOptions,
  startBuiltEcrImage,
} from '../support/lambda/built-ecr-image.ts';

const SERVICE_TOKEN = `arn:aws:lambda:${DEFAULT_REGION}:${DEFAULT_ACCOUNT_ID}:function:deploytime-ecr-image`;
/** More requests than a copy makes: the loop ends at the first number that it does not come to. */
const MOST_REQUESTS = 50;
/** Fewer than any copy makes: look, read and write, for a manifest, a config and a layer. */
const LEAST_REQUESTS = 9;
/** The second way takes two deployments, so it looks at some of the requests. */
const EVERY = 3;
/** Node with the code loaded has more, so that the function never comes up. */
const TOO_LITTLE_MEMORY_MB = 48;

/** What a test plays on; `deploy` deploys a stack with one image by the given provider, and holds its answers against the rules. */
interface Scene extends BuiltEcrImage {
  readonly deploy: (provider: Provider) => Promise<{ readonly status: string; readonly reason: string }>;
}

async function withScene(
  options: BuiltEcrImageOptions,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const responses = await startResponseServer();
  try {
    const built = await startBuiltEcrImage(
      {
        responseOrigin: responses.origin,
        partition: DEFAULT_PARTITION,
        region: DEFAULT_REGION,
        accountId: DEFAULT_ACCOUNT_ID,
      },
      options,
    );
    const log = () => [...built.service.provider.lines, ...built.service.undelivered.lines].join('\n');
    const deploy = async (provider: Provider) => {
      const providers = { [SERVICE_TOKEN]: provider };
      const attributes = { [ECR_IMAGE_TYPE]: ECR_IMAGE_ATTRIBUTES };
      const stack = new Stack({ responses, providers, attributes, log });
      const properties = { ServiceToken: SERVICE_TOKEN, ServiceTimeout: 300, ...built.valid };
      const result = await stack.deploy({ Image: { type: ECR_IMAGE_TYPE, properties } });
      assert.deepEqual(await stack.violations(), []);
      return { status: result.status, reason: result.failures[0]?.reason ?? '' };
    };
    try {
      await play({ ...built, deploy });
    } finally {
      await built.stop();
    }
  } finally {
    await responses.stop();
  }
}

/** The tag leads to the source's image, and nothing else is in the repository. */
function assertCopied({ world }: BuiltEcrImage): void {
  const { digest } = world.images.one.root;
  assert.deepEqual(world.observe(), { tags: { initial: digest }, manifests: [digest] });
}

describe('A provider that dies', () => {
  test('after any request of a copy: the repeated event ends right', async (context) => {
    let number = 1;
    for (; number <= MOST_REQUESTS; number += 1) {
      const killed = await killedAfter(number, async (scene, kill) => {
        const attempts: Invocation[] = [];
        const { status, reason } = await scene.deploy({
          invokeAsync: async (event) => {
            attempts.push(await scene.service.provider.invoke(event, { kill: { signal: kill } }));
            if (attempts[0]?.outcome === 'failed') attempts.push(await scene.service.provider.invoke(event));
          },
        });
        assert.equal(status, 'CREATE_COMPLETE', reason);
        assertCopied(scene);
        return attempts[0]?.outcome === 'failed';
      });
      if (!killed) break;
    }
    context.diagnostic(`killed after each of ${number - 1} requests`);
    assert.ok(number > LEAST_REQUESTS && number <= MOST_REQUESTS, `It was killed ${number - 1} times`);
  });

  test('after a request of a copy: CloudFormation gets FAILED at once, and the next deployment is right', async () => {
    let number = 1;
    for (; number <= MOST_REQUESTS; number += EVERY) {
      const killed = await killedAfter(number, async (scene, kill) => {
        const first = await scene.deploy({
          invokeAsync: async (event) => {
            await scene.service.serviceToken.deliver(event, { kill: { signal: kill } });
          },
        });
        if (first.status === 'CREATE_COMPLETE') return false;
        assert.match(first.reason, /deploytime-ecr-image was ended .*signal: killed/);
        const { status, reason } = await scene.deploy(scene.service.serviceToken);
        assert.equal(status, 'CREATE_COMPLETE', reason);
        assertCopied(scene);
        return true;
      });
      if (!killed) break;
    }
    assert.ok(number > LEAST_REQUESTS && number <= MOST_REQUESTS, `It made ${number} requests at most`);
  });

  test('for its memory, before its first line: CloudFormation gets FAILED at once', async () => {
    await withScene({ memoryMb: TOO_LITTLE_MEMORY_MB }, async ({ deploy, service, world }) => {
      const { status, reason } = await deploy(service.serviceToken);
      assert.equal(status, 'ROLLBACK_COMPLETE');
      assert.match(
        reason,
        /ServiceLimitExceeded: deploytime-ecr-image was ended from outside, most likely for its memory/,
      );
      assert.deepEqual(world.observe(), { tags: {}, manifests: [] });
    });
  });

  test('since it was deployed wrongly, at each start: CloudFormation gets FAILED at once', async () => {
    await withScene({}, async ({ deploy, service }) => {
      const broken = new LambdaFunction({ ...service.provider.configuration, environment: {} });
      try {
        const { status, reason } = await deploy(
          new AsynchronousFunction(broken, { onFailure: new AsynchronousFunction(service.undelivered) }),
        );
        assert.equal(status, 'ROLLBACK_COMPLETE');
        assert.match(reason, /InternalFailure: deploytime-ecr-image ended before it could answer/);
      } finally {
        await broken.stop();
      }
    });
  });
});

/** Plays a scene whose signal is aborted when that request has been carried out, and before its answer arrives. */
async function killedAfter(
  number: number,
  play: (scene: Scene, kill: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  const kill = new AbortController();
  let requests = 0;
  let killed = false;
  const onAnswered = () => {
    requests += 1;
    if (requests === number) kill.abort();
  };
  await withScene({ onAnswered }, async (scene) => {
    killed = await play(scene, kill.signal);
  });
  return killed;
}
