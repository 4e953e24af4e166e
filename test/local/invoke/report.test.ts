import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type InvokeResult, isSuccess, jsonOf, textOf } from '../../../local/invoke/report.ts';

const ANSWER = { Status: 'SUCCESS', PhysicalResourceId: 'an-id', Data: { Tag: 'initial' } };

function resultOf(changes: Partial<InvokeResult> = {}): InvokeResult {
  return {
    functionName: 'deploytime-ecr-image',
    request: { RequestType: 'Create', LogicalResourceId: 'Image', ResourceType: 'Custom::EcrImage' },
    invocation: {
      requestId: 'a-request',
      initMs: 200.04,
      durationMs: 1500,
      maxMemoryBytes: 100 * 1024 * 1024,
      lines: [{ stream: 'stdout', text: 'a line' }],
      outcome: 'returned',
      payload: null,
    },
    answers: [ANSWER],
    memoryMb: 1024,
    hasMissedAccount: false,
    ...changes,
  };
}

const DEAD = resultOf({
  answers: [],
  invocation: {
    ...resultOf().invocation,
    initMs: undefined,
    outcome: 'failed',
    error: {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'RequestId: a-request Error: Runtime exited with error: signal: killed',
    },
  },
});

describe('The report of an invocation', () => {
  test('shows the answer with its attributes, and what it cost', () => {
    assert.equal(
      textOf(resultOf(), false),
      [
        'Create of Image (Custom::EcrImage)',
        '',
        'SUCCESS',
        'physical id an-id',
        '',
        'attribute  value',
        '─────────  ───────',
        'Tag        initial',
        '',
        'deploytime-ecr-image ran 1.5 s, after 200 ms to start, with 100 of 1024 MB',
        '',
      ].join('\n'),
    );
  });

  test('shows the log at its end where that is asked for', () => {
    assert.match(textOf(resultOf(), true), /1024 MB\n\na line\n$/);
    assert.equal(jsonOf(resultOf(), false).includes('a line'), false);
    assert.deepEqual(JSON.parse(jsonOf(resultOf(), true)).lines, ['a line']);
  });

  test('of a function that died says how, and that nobody was answered', () => {
    const text = textOf(DEAD, false);
    assert.match(text, /^no answer$/m);
    assert.match(text, /^the function failed with Runtime\.OutOfMemory: RequestId: .*signal: killed$/m);
    assert.match(text, /ran 1\.5 s, with 100/);
    assert.equal(JSON.parse(jsonOf(DEAD, false)).error.errorType, 'Runtime.OutOfMemory');
    assert.equal(isSuccess(DEAD), false);
  });

  test('does not take two answers for success, nor one that is no JSON', () => {
    const twice = resultOf({ answers: [ANSWER, ANSWER] });
    assert.match(textOf(twice, false), /^2 answers: CloudFormation takes the first alone$/m);
    assert.equal(isSuccess(twice), false);
    const text = resultOf({ answers: ['<html>'] });
    assert.match(textOf(text, false), /^an answer that is none: <html>$/m);
    assert.equal(isSuccess(text), false);
  });

  test('takes FAILED for success from the function that answers for others, and from no other', () => {
    const answers = [{ Status: 'FAILED', Reason: 'because', PhysicalResourceId: 'an-id' }];
    assert.equal(isSuccess(resultOf({ answers })), false);
    assert.equal(isSuccess(resultOf({ answers, functionName: 'deploytime-undelivered' })), true);
    assert.match(textOf(resultOf({ answers }), false), /FAILED\nbecause\nphysical id an-id\n\ndeploytime/);
  });
});
