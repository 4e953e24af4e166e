import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AWS_TIMEOUTS } from '../../../handlers/network/aws-timeouts.ts';
import { type ParameterName, readParameterName } from '../../../handlers/parameters/parameter-name.ts';
import { createSsmClient, SsmParameterStore } from '../../../handlers/parameters/parameter-store.ts';
import { SYSTEM_TIMING } from '../../../handlers/registry/retry-policy.ts';
import { THROTTLE_POLICY } from '../../../handlers/registry/throttling.ts';
import { startLoopbackServer } from '../../support/registry/loopback-server.ts';
import { type SsmApiOptions, startSsmApi } from '../../support/ssm/ssm-api.ts';
import { SsmParameters } from '../../support/ssm/ssm-parameters.ts';

const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
};
const NEVER = new AbortController().signal;

function named(text: string): ParameterName {
  const reading = readParameterName(text);
  assert.ok(reading.ok, text);
  return reading.name;
}

async function setUp(context: TestContext, options: SsmApiOptions = {}, timing = SYSTEM_TIMING) {
  const api = await startSsmApi(options);
  const client = createSsmClient({ ...LOCAL, endpoint: api.origin, maxAttempts: 1 });
  context.after(async () => {
    client.destroy();
    await api.close();
    assert.deepEqual(api.violations, []);
  });
  const store = new SsmParameterStore(client, { timing });
  return {
    api,
    client,
    store,
    find: (text: string, signal = NEVER) => store.findParameter(named(text), signal),
  };
}

describe('a parameter', () => {
  test('is read in its newest version, or in the one that is named', async (context) => {
    const { api, find } = await setUp(context);
    api.parameters.put('/shop/tag', 'v1');
    api.parameters.put('/shop/tag', 'v2');
    api.parameters.labelVersion({ Name: '/shop/tag', ParameterVersion: 1, Labels: ['prod'] });
    assert.deepEqual(await find('/shop/tag'), { value: 'v2', version: 2 });
    assert.deepEqual(await find('/shop/tag:1'), { value: 'v1', version: 1 });
    assert.deepEqual(await find('/shop/tag:prod'), { value: 'v1', version: 1 });
    assert.deepEqual(await find('arn:aws:ssm:us-east-1:111122223333:parameter/shop/tag:2'), {
      value: 'v2',
      version: 2,
    });
    assert.deepEqual(api.calls[0]?.input, { Name: '/shop/tag' }, 'without decryption, in one call');
    assert.equal(api.calls.length, 4);
  });

  test("may be another account's, by its ARN", async (context) => {
    const theirs = new SsmParameters('444455556666', 'us-east-1');
    theirs.put('/shop/tag', 'theirs');
    const { find } = await setUp(context, { others: new Map([['444455556666', theirs]]) });
    const arn = 'arn:aws:ssm:us-east-1:444455556666:parameter/shop/tag';
    assert.deepEqual(await find(arn), { value: 'theirs', version: 1 });
  });

  test('that is not there is undefined, also where a version or a label is named', async (context) => {
    const { find } = await setUp(context);
    for (const name of ['/shop/tag', '/shop/tag:1', '/shop/tag:prod']) {
      assert.equal(await find(name), undefined, name);
    }
  });

  for (const selector of ['2', 'prod']) {
    test(`that is there without ${selector} is an error`, async (context) => {
      const { api, find } = await setUp(context);
      api.parameters.put('/shop/tag', 'v1');
      await assert.rejects(find(`/shop/tag:${selector}`), {
        code: 'NotFound',
        message: `The parameter /shop/tag is there, but has no version or label ${selector}. Leave it out for the newest version; SSM keeps the last 100`,
      });
    });
  }

  for (const [type, reason] of [
    ['SecureString', /is of type SecureString; String is allowed: what is read here is no secret/],
    ['StringList', /is of type StringList; String is allowed: one value is meant/],
  ] as const) {
    test(`of type ${type} is refused, and not shown`, async (context) => {
      const { api, find } = await setUp(context);
      api.parameters.put('/shop/tag', 'hush-hush', type);
      await assert.rejects(find('/shop/tag'), (error: Error & { code: string }) => {
        assert.equal(error.code, 'InvalidRequest');
        assert.match(error.message, reason);
        assert.doesNotMatch(error.message, /hush/);
        return true;
      });
    });
  }

  test('that may not be read names itself and what would let it', async (context) => {
    const { api, find } = await setUp(context);
    api.fail({ code: 'AccessDeniedException' });
    await assert.rejects(find('/shop/tag'), {
      code: 'AccessDenied',
      message:
        /^SSM refused to read the parameter \/shop\/tag: AccessDeniedException; it reads what the service stack's property ParameterPattern matches/,
    });
  });
});

describe('SSM', () => {
  test('is waited out while it throttles, far longer than the SDK would', async (context) => {
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const { api, find } = await setUp(context, {}, { ...SYSTEM_TIMING, random: () => 1, sleep });
    api.parameters.put('/shop/tag', 'v1');
    api.fail({ code: 'ThrottlingException', times: 24 });
    assert.deepEqual(await find('/shop/tag'), { value: 'v1', version: 1 });
    assert.deepEqual(waits.slice(0, 4), [1500, 4500, 6000, 6000]);
    assert.equal(api.calls.length, 25, 'each try is one call');
  });

  test('that throttles for ever is given up after a bounded number of tries', async (context) => {
    const { api, client } = await setUp(context);
    const policy = { ...THROTTLE_POLICY, attempts: 3 };
    const timing = { ...SYSTEM_TIMING, sleep: async () => {} };
    api.fail({ code: 'ThrottlingException', times: Number.POSITIVE_INFINITY });
    const store = new SsmParameterStore(client, { policy, timing });
    await assert.rejects(store.findParameter(named('/shop/tag'), NEVER), {
      code: 'Throttling',
      message: /^SSM refused to read the parameter \/shop\/tag: ThrottlingException/,
    });
  });

  test('is not waited for any longer once the time is over, neither for an answer nor between tries', async (context) => {
    const { api, find } = await setUp(context);
    for (const [what, begin] of [
      ['an answer', () => api.hold()],
      ['the next try', () => api.fail({ code: 'ThrottlingException', times: Number.POSITIVE_INFINITY })],
    ] as const) {
      const controller = new AbortController();
      const reason = new Error('no time left');
      const hold = begin();
      const found = find('/shop/tag', controller.signal);
      const refused = api.calls.length + 1;
      if (hold) await hold.reached;
      else while (api.calls.length < refused) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      await assert.rejects(found, reason, what);
      hold?.release();
    }
  });

  test('that is not there is a NetworkFailure', async (context) => {
    const client = createSsmClient({ ...LOCAL, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    context.after(() => client.destroy());
    await assert.rejects(new SsmParameterStore(client).findParameter(named('/shop/tag'), NEVER), {
      code: 'NetworkFailure',
      message:
        'SSM in us-east-1 was not reached to read the parameter /shop/tag: the connection was refused (127.0.0.1:1, ECONNREFUSED)',
    });
  });

  test('that answers nothing is a NetworkFailure', async (context) => {
    const silent = await startLoopbackServer(() => {});
    context.after(silent.close);
    const requestHandler = { ...AWS_TIMEOUTS, requestTimeout: 100 };
    const client = createSsmClient({ ...LOCAL, endpoint: silent.origin, maxAttempts: 1, requestHandler });
    context.after(() => client.destroy());
    await assert.rejects(new SsmParameterStore(client).findParameter(named('/shop/tag'), NEVER), {
      code: 'NetworkFailure',
    });
  });

  test('is asked with a time limit for each attempt', async (context) => {
    const { api, client, find } = await setUp(context);
    api.parameters.put('/shop/tag', 'v1');
    await find('/shop/tag');
    const handler = client.config.requestHandler as { httpHandlerConfigs?: () => object };
    const used = handler.httpHandlerConfigs?.() ?? {};
    assert.deepEqual({ ...used, ...AWS_TIMEOUTS }, used);
  });
});
