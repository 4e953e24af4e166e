import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext } from 'node:test';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { EventBridgeScheduleStore } from '../../handlers/scaling/store/schedule-store.ts';
import { createSchedulerClient } from '../../handlers/scaling/store/scheduler-api-store.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { type ScheduleStoreDifferences, testScheduleStore } from '../support/scaling/schedule-store-suite.ts';
import { type SchedulerDifferences, testSchedulerApi } from '../support/scheduler-api/scheduler-api-suite.ts';
import { witness } from '../support/witness.ts';

/*
 * The suites that our stand-in for EventBridge Scheduler passes (test/support/scheduler-api/), over two servers that
 * others wrote. Where one of them differs, the API reference says what our stand-in does.
 */

const MOTO_DIFFERENCES: SchedulerDifferences = {
  'a schedule is enabled, in UTC, and is kept when it is over, where nothing else is said':
    'ActionAfterCompletion has no default',
  'a retry policy is within its bounds': 'any is taken',
  'a creation that is repeated with its token is one creation': 'tokens are not looked at',
  'a schedule is not created in a group that is not there': 'the server breaks',
  'an update replaces the whole schedule: what it does not name gets its default': 'State has no default',
  'a group is active when it is created, and created once':
    'a second creation makes an empty group in the place of the first',
  'a group that is not there can be neither found nor deleted': 'the server breaks',
  'a group and its schedules are there until the deletion is over': 'they are gone at once',
};
const MOTO_STORE_DIFFERENCES: ScheduleStoreDifferences = {
  'a group is created again without losing what is in it':
    'a second creation makes an empty group in the place of the first',
};
const MINISTACK_DIFFERENCES: SchedulerDifferences = {
  'without a retry policy it is tried for a day': 'there is no default',
  'a retry policy is within its bounds': 'any is taken',
  'a creation that is repeated with its token is one creation': 'tokens are not looked at',
  'the schedules of a group are listed, in pages': 'there is one page',
  'a group and its schedules are there until the deletion is over': 'they are gone at once',
};

describe('moto', witness('moto_server'), () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto();
  });
  after(() => moto?.stop());

  async function configuration() {
    await moto.reset();
    return configurationOf(moto.origin, 'test');
  }

  testSchedulerApi(
    "moto's Scheduler",
    async (context) =>
      clientFor(context, new SchedulerClient({ ...(await configuration()), maxAttempts: 1 })),
    MOTO_DIFFERENCES,
  );
  testScheduleStore(
    "schedules in moto's Scheduler",
    async (context) =>
      new EventBridgeScheduleStore(clientFor(context, createSchedulerClient(await configuration()))),
    MOTO_STORE_DIFFERENCES,
  );
});

describe('MiniStack', witness('ministack'), () => {
  let folder = '';
  let ministack: MiniStack;
  let account = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploytime-schedules-'));
    ministack = await startMiniStack({ folder: join(folder, 'ministack') });
  });
  after(async () => {
    await ministack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Its accounts are told by the access key, and empty at first. */
  function configuration() {
    account += 1;
    return configurationOf(ministack.endpoint.origin, String(account).padStart(12, '0'));
  }

  testSchedulerApi(
    "MiniStack's Scheduler",
    async (context) => clientFor(context, new SchedulerClient({ ...configuration(), maxAttempts: 1 })),
    MINISTACK_DIFFERENCES,
  );
  testScheduleStore(
    "schedules in MiniStack's Scheduler",
    async (context) =>
      new EventBridgeScheduleStore(clientFor(context, createSchedulerClient(configuration()))),
  );
});

function configurationOf(endpoint: string, accessKeyId: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' } };
}

function clientFor(context: TestContext, client: SchedulerClient): SchedulerClient {
  context.after(() => client.destroy());
  return client;
}
