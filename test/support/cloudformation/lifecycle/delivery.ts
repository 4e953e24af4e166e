import assert from 'node:assert/strict';
import type { LambdaHandler, Provider } from '../asynchronous-delivery.ts';
import { type Fault, startResponseServer } from '../response-server.ts';
import { assertStatus, type CaseDefinition, getExchange, SERVICE_TOKEN, type Stage } from './stage.ts';

/** More PUTs for one answer than this is a provider that knows no end. */
const MAX_PUTS = 20;
/** ServiceTimeout where a case plays with time, in seconds. */
const LONG_SERVICE_TIMEOUT = 600;

const RECOVERABLE: readonly (readonly [string, readonly Fault[]])[] = [
  ['500', [{ kind: 'status', status: 500 }]],
  ['503 twice', Array<Fault>(2).fill({ kind: 'status', status: 503 })],
  ['403', [{ kind: 'status', status: 403 }]],
  ['a reset before the body', [{ kind: 'reset before body' }]],
  ['a reset after the body', [{ kind: 'reset after body' }]],
  ['a reset and then 500', [{ kind: 'reset before body' }, { kind: 'status', status: 500 }]],
  ['a stall', [{ kind: 'stall' }]],
];

export const deliveryCases: readonly CaseDefinition[] = [
  ...RECOVERABLE.map(
    ([fault, faults]): CaseDefinition => ({
      name: `an answer whose PUT meets ${fault} arrives all the same`,
      run: async (stage) => {
        stage.responses.misbehave(...faults);
        const created = await stage.stack.deploy(stage.template());
        assertStatus(created, 'CREATE_COMPLETE');
        const { puts } = getExchange(created, 'Create forward').issued;
        assert.ok(puts.length > faults.length - 1, 'The faults were not met');
        return undefined;
      },
    }),
  ),
  {
    name: 'a response server that never recovers is given up after a bounded number of tries',
    allows: ['answers the request'],
    run: async (stage) => {
      stage.responses.misbehave(...Array<Fault>(MAX_PUTS * 2).fill({ kind: 'status', status: 500 }));
      const provider = withoutRetries(stage.world.provider);
      const stack = stage.newStack('unheard', provider);
      const sent = await stack.send({
        requestType: 'Create',
        resourceType: stage.options.resourceType,
        properties: stage.properties(stage.samples.valid),
      });
      assert.equal(sent.outcome, 'TIMED_OUT');
      const { puts } = sent.issued;
      assert.ok(puts.length > 1, 'It was tried once only');
      assert.ok(puts.length <= MAX_PUTS, `It was tried ${puts.length} times`);
      const { running } = await sent.answered();
      assert.equal(running, false, 'The function still runs');
      return undefined;
    },
  },
  {
    name: 'a provider that is held up answers FAILED before ServiceTimeout, counted from X-Amz-Date',
    run: async (stage) => {
      const hold = stage.world.hold?.();
      if (!hold) return 'this world can not hold its provider up';
      const queuedMs = LONG_SERVICE_TIMEOUT * 1000 - stage.heldMs;
      await expectFailureInTime(stage, stage.stack, hold.release, queuedMs);
      return undefined;
    },
  },
  {
    name: "a provider that is held up answers FAILED before the function's own time is over",
    run: async (stage) => {
      const { provider, hold } = stage.world;
      if (!hold) return 'this world can not hold its provider up';
      if (!('handler' in provider)) return "the function's time limit is not ours to set";
      const stack = stage.newStack('short-lived', { ...provider, timeoutMs: stage.heldMs });
      await expectFailureInTime(stage, stack, hold().release, 0);
      return undefined;
    },
  },
  {
    name: 'the on-failure destination answers for a provider that died',
    run: async (stage) => {
      const { provider } = stage.world;
      if (!('onFailure' in provider) || !provider.onFailure)
        return 'this provider has no on-failure destination';
      const handler: LambdaHandler = () =>
        Promise.reject(Object.assign(new Error('signal: killed'), { name: 'Runtime.ExitError' }));
      const before = await stage.observe();
      const result = await stage.newStack('died', { ...provider, handler }).deploy(stage.template());
      const created = getExchange(result, 'Create forward');
      assert.equal(created.outcome, 'FAILED', `The destination did not answer: ${created.reason}`);
      await stage.assertUnchanged(before, 'after a provider that died');
      return undefined;
    },
  },
  {
    name: "a response URL on a host that is not CloudFormation's is not called",
    allows: ['answers the request', 'goes to the response URL only'],
    run: async (stage) => {
      const elsewhere = await startResponseServer();
      try {
        const { stackId } = stage.stack;
        const target = { stackId, logicalId: 'Direct', requestId: 'elsewhere', region: 'us-east-1' };
        const issued = elsewhere.issue(target);
        const stack = stage.newStack('elsewhere', withoutRetries(stage.world.provider));
        await stack.send({
          requestType: 'Create',
          resourceType: stage.options.resourceType,
          properties: stage.properties(stage.samples.valid),
          responseUrl: issued.url,
        });
        assert.deepEqual([issued.puts.length, elsewhere.strays], [0, []], 'A foreign host was called');
      } finally {
        await elsewhere.stop();
      }
      return undefined;
    },
  },
];

/** Sends a Create that is held up, and expects a failure while CloudFormation still listens. */
async function expectFailureInTime(
  stage: Stage,
  stack: Stage['stack'],
  release: () => void,
  queuedMs: number,
): Promise<void> {
  try {
    const properties = {
      ...stage.samples.valid,
      ServiceToken: SERVICE_TOKEN,
      ServiceTimeout: LONG_SERVICE_TIMEOUT,
    };
    const { resourceType } = stage.options;
    const sent = await stack.send({ requestType: 'Create', resourceType, properties }, { queuedMs });
    assert.equal(sent.outcome, 'FAILED', `It ended in ${sent.outcome}`);
  } finally {
    release();
  }
}

/** The provider alone: neither retries nor a destination. */
function withoutRetries(provider: Provider): Provider {
  if (!('handler' in provider)) return provider;
  const { onFailure: _, ...rest } = provider;
  return { ...rest, maximumRetryAttempts: 0 };
}
