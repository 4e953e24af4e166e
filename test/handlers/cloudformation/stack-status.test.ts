import assert from 'node:assert/strict';
import { describe, mock, type TestContext, test } from 'node:test';
import { isRemovalStatus, isRollbackStatus } from '../../../handlers/cloudformation/stack-status.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
  MAX_WAIT_MS,
} from '../../../handlers/cloudformation/stack-status-store.ts';
import { AWS_TIMEOUTS } from '../../../handlers/network/aws-timeouts.ts';
import { startStackStatusApi } from '../../support/cloudformation/stack-status-api.ts';
import { STACK_ID } from '../../support/provider/events.ts';

const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
};
const NEVER = new AbortController().signal;

async function setUp(context: TestContext, status: string | undefined, configuration: object = {}) {
  const api = await startStackStatusApi({ statusOf: (id) => (id === STACK_ID ? status : undefined) });
  const client = createCloudFormationClient({ ...LOCAL, endpoint: api.origin, ...configuration });
  const warnings: string[] = [];
  const log = {
    warn: (message: string, fields: Record<string, unknown>) =>
      void warnings.push(`${message}: ${fields.error}`),
  };
  context.after(async () => {
    client.destroy();
    await api.close();
    assert.deepEqual(api.violations, []);
  });
  return { api, client, warnings, statuses: new CloudFormationStackStatuses(client, log) };
}

describe('whether a stack is rolling back', () => {
  for (const [status, isRollingBack] of [
    ['UPDATE_ROLLBACK_IN_PROGRESS', true],
    ['ROLLBACK_IN_PROGRESS', true],
    ['IMPORT_ROLLBACK_IN_PROGRESS', true],
    ['UPDATE_IN_PROGRESS', false],
    ['CREATE_IN_PROGRESS', false],
    ['UPDATE_ROLLBACK_COMPLETE', false],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['UPDATE_ROLLBACK_FAILED', false],
  ] as const) {
    test(`is ${isRollingBack} in ${status}`, async (context) => {
      assert.equal(isRollbackStatus(status), isRollingBack);
      const { api, statuses, warnings } = await setUp(context, status);
      assert.equal(await statuses.isRollingBack(STACK_ID, NEVER), isRollingBack);
      assert.deepEqual(api.asked, [STACK_ID]);
      assert.deepEqual(warnings, []);
    });
  }

  for (const [status, isTakingBack] of [
    ['ROLLBACK_IN_PROGRESS', true],
    ['UPDATE_ROLLBACK_IN_PROGRESS', true],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', true],
    ['DELETE_IN_PROGRESS', true],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['UPDATE_IN_PROGRESS', false],
    ['CREATE_COMPLETE', false],
    ['UPDATE_ROLLBACK_COMPLETE', false],
  ] as const) {
    test(`and whether it takes back what was made: ${isTakingBack} in ${status}`, async (context) => {
      assert.equal(isRemovalStatus(status), isTakingBack);
      const { statuses } = await setUp(context, status);
      assert.equal(await statuses.isTakingBack(STACK_ID, NEVER), isTakingBack);
    });
  }

  test('and that it takes back what was made is not known where CloudFormation does not say', async (context) => {
    const { statuses, warnings } = await setUp(context, undefined);
    assert.equal(await statuses.isTakingBack(STACK_ID, NEVER), undefined);
    assert.equal(warnings.length, 1);
  });

  test('is asked for anew each time: it changes within a deployment', async (context) => {
    const { api, statuses } = await setUp(context, 'UPDATE_IN_PROGRESS');
    await statuses.isRollingBack(STACK_ID, NEVER);
    await statuses.isRollingBack(STACK_ID, NEVER);
    assert.equal(api.asked.length, 2);
  });

  for (const [fault, attempts] of [
    ['AccessDenied', 1],
    ['no stack', 1],
    ['Throttling', 2],
    ['InternalFailure', 2],
  ] as const) {
    test(`is not known after ${fault}, and the log says why`, async (context) => {
      const { api, statuses, warnings } = await setUp(context, 'UPDATE_IN_PROGRESS', { maxAttempts: 2 });
      api.fail(fault);
      assert.equal(await statuses.isRollingBack(STACK_ID, NEVER), undefined);
      assert.equal(api.asked.length, attempts);
      assert.equal(warnings.length, 1);
      assert.match(String(warnings[0]), /^The stack's status could not be read: \w+/);
    });
  }

  test('is known once CloudFormation is no longer throttled', async (context) => {
    const { api, statuses } = await setUp(context, 'UPDATE_ROLLBACK_IN_PROGRESS');
    api.fail('Throttling');
    const status = statuses.isRollingBack(STACK_ID, NEVER);
    while (api.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    api.mend();
    assert.equal(await status, true);
  });

  test('is not known where CloudFormation is not there', async (context) => {
    const { statuses, warnings } = await setUp(context, 'UPDATE_IN_PROGRESS', {
      endpoint: 'http://127.0.0.1:1',
      maxAttempts: 1,
    });
    assert.equal(await statuses.isRollingBack(STACK_ID, NEVER), undefined);
    assert.match(String(warnings[0]), /ECONNREFUSED/);
  });

  test('is waited for no longer than its limit', async (context) => {
    const { api, statuses, warnings } = await setUp(context, 'UPDATE_IN_PROGRESS');
    api.fail('silence');
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const status = statuses.isRollingBack(STACK_ID, NEVER);
      while (api.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      mock.timers.tick(MAX_WAIT_MS);
      assert.equal(await status, undefined);
    } finally {
      mock.timers.reset();
    }
    assert.match(String(warnings[0]), /gave no status within 15000 ms/);
  });

  test('is not waited for after the signal, nor asked for at all then', async (context) => {
    const { api, statuses } = await setUp(context, 'UPDATE_IN_PROGRESS');
    api.fail('silence');
    const controller = new AbortController();
    const status = statuses.isRollingBack(STACK_ID, controller.signal);
    while (api.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('no time left'));
    assert.equal(await status, undefined);
    assert.equal(await statuses.isRollingBack(STACK_ID, controller.signal), undefined);
    assert.equal(api.asked.length, 1);
  });

  test('is asked for with a time limit for each attempt', async (context) => {
    const { client, statuses } = await setUp(context, 'UPDATE_IN_PROGRESS');
    await statuses.isRollingBack(STACK_ID, NEVER);
    const handler = client.config.requestHandler as { httpHandlerConfigs?: () => object };
    const used = handler.httpHandlerConfigs?.() ?? {};
    assert.deepEqual({ ...used, ...AWS_TIMEOUTS }, used);
  });
});
