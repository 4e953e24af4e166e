import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import type { UpdateRequest } from '../../../handlers/cloudformation/event.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from '../../../handlers/cloudformation/stack-status-store.ts';
import { ProviderError } from '../../../handlers/errors.ts';
import { type AnswerCodec, rememberingId } from '../../../handlers/resources/answer-memory.ts';
import { answerUpdate, MAX_UNSURE_WAIT_MS, type WorldlyUpdate } from '../../../handlers/resources/replay.ts';
import { type StackStatusFault, startStackStatusApi } from '../../support/cloudformation/stack-status-api.ts';
import { STACK_ID } from '../../support/provider/events.ts';

const codec: AnswerCodec<string> = {
  prefix: 'word',
  encode: (word) => word,
  decode: (text) => (/^[a-z]+$/.test(text) ? text : undefined),
};
const FIRST = { Name: 'a', DeploymentId: '1' };
const SECOND = { Name: 'a', DeploymentId: '2' };
const ONE = rememberingId(codec, { answer: 'one', properties: FIRST });
/** After an Update from FIRST to SECOND that made `two` of `one`. */
const TWO = rememberingId(codec, {
  answer: 'two',
  properties: SECOND,
  received: { physicalResourceId: ONE, oldProperties: FIRST },
});
const MISSING = new ProviderError('NotFound', 'There is no such word');

interface Given {
  readonly status?: string;
  readonly fault?: StackStatusFault;
  /** The fault is over when the world is asked. */
  readonly isMended?: boolean;
  readonly request?: Partial<UpdateRequest>;
  readonly ask?: WorldlyUpdate<string>['ask'];
  readonly fits?: WorldlyUpdate<string>['fits'];
  readonly signal?: AbortSignal;
}

/** An Update from FIRST to SECOND of an answer that was `one`, unless it is said otherwise. */
async function answered(given: Given) {
  let status = given.status ?? 'UPDATE_IN_PROGRESS';
  await using api = await startStackStatusApi({ statusOf: () => status });
  if (given.fault) api.fail(given.fault);
  const client = createCloudFormationClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    endpoint: api.origin,
    maxAttempts: 1,
  });
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
  let asked = 0;
  const { ask = async () => 'two', fits, signal = new AbortController().signal } = given;
  try {
    const answer = await answerUpdate<string>({
      codec,
      request: {
        requestType: 'Update',
        responseUrl: '',
        requestId: '1',
        logicalResourceId: 'Word',
        resourceType: 'Custom::Word',
        stackId: STACK_ID,
        properties: SECOND,
        oldProperties: FIRST,
        physicalResourceId: ONE,
        ...given.request,
      },
      statuses: new CloudFormationStackStatuses(client, log),
      log,
      signal,
      ask: async (until) => {
        asked += 1;
        if (given.isMended) api.mend();
        if (given.status === 'LATE') status = 'UPDATE_ROLLBACK_IN_PROGRESS';
        return ask(until);
      },
      ...(fits && { fits }),
      present: (word, physicalResourceId) => ({ physicalResourceId, attributes: { word } }),
    });
    return { ...answer, word: answer.attributes.word, asked, looks: api.asked.length, warnings };
  } finally {
    client.destroy();
    assert.deepEqual(api.violations, []);
  }
}

const BACK = { properties: FIRST, oldProperties: SECOND };
const ROLLBACK = 'UPDATE_ROLLBACK_IN_PROGRESS';
const fails = async () => {
  throw MISSING;
};

describe('an Update that goes forward', () => {
  test('asks the world, and remembers the answer before', async () => {
    const { word, physicalResourceId, warnings } = await answered({});
    assert.deepEqual([word, physicalResourceId, warnings], ['two', TWO, []]);
  });

  test('gives back its id where the answer is the same', async () => {
    const { word, physicalResourceId } = await answered({ ask: async () => 'one' });
    assert.deepEqual([word, physicalResourceId], ['one', ONE]);
  });

  test('fails where the world fails', async () => {
    await assert.rejects(answered({ ask: fails }), MISSING);
  });

  test('of an id that remembers nothing asks the world, and no status', async () => {
    const strange = { request: { physicalResourceId: 'example-Word-1A2B3C4D5E6F' } };
    const { word, looks } = await answered(strange);
    assert.deepEqual([word, looks], ['two', 0]);
    await assert.rejects(answered({ ...strange, ask: fails }), MISSING);
    await assert.rejects(answered({ ...strange, status: ROLLBACK, ask: fails }), MISSING);
  });
});

describe('an Update in a rollback', () => {
  test('replays what was answered before the change that is undone, and asks nothing', async () => {
    const request = { ...BACK, physicalResourceId: TWO };
    const { word, physicalResourceId, asked } = await answered({ status: ROLLBACK, request });
    assert.deepEqual([word, physicalResourceId, asked], ['one', ONE, 0]);
  });

  test('replays the present answer under its own id after an Update that failed', async () => {
    const { word, physicalResourceId, asked } = await answered({ status: ROLLBACK, request: BACK });
    assert.deepEqual([word, physicalResourceId, asked], ['one', ONE, 0]);
  });

  test('asks the world where the former answer does not fit the properties', async () => {
    const request = { ...BACK, physicalResourceId: TWO };
    const fits = (word: string) => word !== 'one';
    const ask = async () => 'three';
    const { word, asked } = await answered({ status: ROLLBACK, request, fits, ask });
    assert.deepEqual([word, asked], ['three', 1]);
    await assert.rejects(answered({ status: ROLLBACK, request, fits, ask: fails }), MISSING);
  });

  test('that CloudFormation tells of a little late does not fail', async () => {
    const request = { ...BACK, physicalResourceId: TWO };
    const { word, asked, looks, warnings } = await answered({ status: 'LATE', request, ask: fails });
    assert.deepEqual([word, asked, looks, warnings.length], ['one', 1, 2, 1]);
  });
});

describe('an Update while CloudFormation does not tell the status', () => {
  for (const fault of ['AccessDenied', 'Throttling', 'InternalFailure', 'no stack'] as const) {
    test(`(${fault}) asks the world`, async () => {
      const { word, physicalResourceId } = await answered({ fault });
      assert.deepEqual([word, physicalResourceId], ['two', TWO]);
    });

    test(`(${fault}) replays the former answer with a warning where the world fails`, async () => {
      const request = { ...BACK, physicalResourceId: TWO };
      const { word, physicalResourceId, warnings } = await answered({ fault, request, ask: fails });
      assert.deepEqual([word, physicalResourceId], ['one', ONE]);
      assert.equal(warnings.length, 3, 'one for each look at the status, one for the replay');
    });
  }

  test('never goes back by two answers, should it be no rollback', async () => {
    const request = {
      properties: { Name: 'a', DeploymentId: '3' },
      oldProperties: SECOND,
      physicalResourceId: TWO,
    };
    const { word, physicalResourceId } = await answered({ fault: 'AccessDenied', request, ask: fails });
    assert.deepEqual([word, physicalResourceId], ['two', TWO]);
  });

  test('fails where the former answer does not fit the properties', async () => {
    const fits = (word: string) => word !== 'one';
    await assert.rejects(answered({ fault: 'AccessDenied', ask: fails, fits }), MISSING);
  });

  test('gives the world a limited time', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { word } = await answered({
        fault: 'AccessDenied',
        ask: (signal) => {
          const end = new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          });
          mock.timers.tick(MAX_UNSURE_WAIT_MS);
          return end;
        },
      });
      assert.equal(word, 'one');
    } finally {
      mock.timers.reset();
    }
  });
});

describe('an Update whose status CloudFormation tells only at the second look', () => {
  test('fails where the world fails and it is no rollback', async () => {
    await assert.rejects(answered({ fault: 'Throttling', isMended: true, ask: fails }), MISSING);
  });

  test('replays the former answer in a rollback', async () => {
    const request = { ...BACK, physicalResourceId: TWO };
    const given = { fault: 'Throttling', isMended: true, status: ROLLBACK, request, ask: fails } as const;
    assert.equal((await answered(given)).word, 'one');
  });

  test('gives the world all of its time where it is no rollback', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let isFirst = true;
      const { word, asked, warnings } = await answered({
        fault: 'Throttling',
        isMended: true,
        ask: async (signal) => {
          if (!isFirst) return 'two';
          isFirst = false;
          mock.timers.tick(MAX_UNSURE_WAIT_MS);
          signal.throwIfAborted();
          return 'none';
        },
      });
      assert.deepEqual([word, asked, warnings.length], ['two', 2, 1]);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('an Update whose time is over', () => {
  for (const fault of [undefined, 'AccessDenied'] as const) {
    test(`fails with the reason of its end (${fault ?? 'status known'})`, async () => {
      const controller = new AbortController();
      const reason = new ProviderError('NotStabilized', 'No time left');
      const ask = async () => {
        controller.abort(reason);
        throw MISSING;
      };
      const given = { ask, signal: controller.signal, ...(fault && { fault }) };
      await assert.rejects(answered(given), reason);
    });
  }
});
