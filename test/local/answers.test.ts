import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, answersIn, watchAnswers } from '../../local/answers.ts';
import { event, type FakeCloudFormation, startFakeCloudFormation } from './fake-cloudformation.ts';

describe('the answers in the events of a stack', () => {
  test('are the ends of requests, with the time since their start', () => {
    const answers = answersIn([
      event(1, 'CREATE_IN_PROGRESS'),
      event(2, 'CREATE_IN_PROGRESS', { ResourceStatusReason: 'Resource creation Initiated' }),
      event(3, 'CREATE_COMPLETE'),
      event(7, 'UPDATE_IN_PROGRESS'),
      event(9, 'UPDATE_FAILED', { ResourceStatusReason: 'the reason' }),
    ]);
    assert.deepEqual(
      answers.map(({ request, status, reason, durationMs }) => ({ request, status, reason, durationMs })),
      [
        { request: 'Create', status: 'SUCCESS', reason: undefined, durationMs: 2000 },
        { request: 'Update', status: 'FAILED', reason: 'the reason', durationMs: 2000 },
      ],
    );
  });

  test('are those of custom resources alone', () => {
    const answers = answersIn([
      event(1, 'CREATE_IN_PROGRESS', { ResourceType: 'AWS::ECR::Repository' }),
      event(2, 'CREATE_COMPLETE', { ResourceType: 'AWS::ECR::Repository' }),
      event(3, 'UPDATE_ROLLBACK_COMPLETE'),
      event(4, 'DELETE_IN_PROGRESS', { ResourceType: 'AWS::CloudFormation::CustomResource' }),
      event(5, 'DELETE_COMPLETE', { ResourceType: 'AWS::CloudFormation::CustomResource' }),
    ]);
    assert.deepEqual(
      answers.map(({ request }) => request),
      ['Delete'],
    );
  });
});

describe('watching a stack', () => {
  let cloudFormation: FakeCloudFormation;
  before(async () => {
    cloudFormation = await startFakeCloudFormation();
  });
  after(() => cloudFormation.close());

  function watch(work: () => Promise<void>, reported: Answer[], signal = new AbortController().signal) {
    const report = (answer: Answer) => reported.push(answer);
    return watchAnswers({
      client: cloudFormation.client,
      stacks: ['example'],
      work,
      report,
      signal,
    });
  }

  test('tells each new answer while the work goes on, and none that was there before', async () => {
    const reported: Answer[] = [];
    const work = (verb: 'CREATE' | 'UPDATE', from: number) => async () => {
      cloudFormation.events.push(event(from, `${verb}_IN_PROGRESS`));
      await cloudFormation.nextRequest();
      cloudFormation.events.push(event(from + 1, `${verb}_COMPLETE`));
      while (reported.length === 0) await cloudFormation.nextRequest();
    };
    const created = await watch(work('CREATE', 1), reported);
    assert.deepEqual(created, reported);
    assert.deepEqual(
      created.map(({ request }) => request),
      ['Create'],
    );
    reported.length = 0;
    const updated = await watch(work('UPDATE', 5), reported);
    assert.deepEqual(
      updated.map(({ request }) => request),
      ['Update'],
    );
  });

  test('tells the answer that made the work fail', async () => {
    const reported: Answer[] = [];
    const work = async () => {
      cloudFormation.events.push(
        event(20, 'UPDATE_IN_PROGRESS'),
        event(21, 'UPDATE_FAILED', { ResourceStatusReason: 'the reason' }),
      );
      throw new Error('cdk failed');
    };
    await assert.rejects(watch(work, reported), /cdk failed/);
    assert.deepEqual(
      reported.map(({ status, reason }) => [status, reason]),
      [['FAILED', 'the reason']],
    );
  });

  test('tells nothing of another stack of that name, though its events are as old', async () => {
    const reported: Answer[] = [];
    cloudFormation.events.splice(
      0,
      Number.POSITIVE_INFINITY,
      event(30, 'DELETE_IN_PROGRESS'),
      event(30, 'DELETE_COMPLETE'),
    );
    // Made in the same second as the events of the stack that was there before.
    const work = async () => {
      cloudFormation.events.push(event(30, 'CREATE_IN_PROGRESS'), event(30, 'CREATE_COMPLETE'));
    };
    await watch(work, reported);
    assert.deepEqual(
      reported.map(({ request }) => request),
      ['Create'],
    );
  });

  test('ends with the work when it is told to stop, though the account answers no more', async () => {
    const stop = new AbortController();
    const work = async () => {
      cloudFormation.hang();
      await cloudFormation.nextRequest();
      stop.abort();
      throw new Error('the work was ended');
    };
    await assert.rejects(watch(work, [], stop.signal), { name: 'AbortError' });
  });
});
