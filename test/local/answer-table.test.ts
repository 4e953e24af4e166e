import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTable } from '../../local/answer-table.ts';

test("a row has the resource's stack, why it was asked, the answer with what was found, and the time", () => {
  const text = answerTable([
    {
      answer: {
        stack: 'example',
        resourceType: 'Custom::ImageTag',
        logicalId: 'Release',
        request: 'Update',
        status: 'SUCCESS',
        physicalId: 'image-tag#1',
        reason: undefined,
        durationMs: 42,
      },
      occasion: 'nothing new',
      details: ['SUCCESS, Tag 2'],
      findings: [
        { text: 'confirmed by skopeo inspect', isRight: true },
        { text: 'function: stayed', isRight: true },
      ],
    },
  ]);
  assert.deepEqual(text.split('\n').slice(2), [
    'Custom::ImageTag  Update       SUCCESS, Tag 2               42 ms',
    'Release           nothing new  confirmed by skopeo inspect',
    'example                        function: stayed',
  ]);
});

test('a row of a run has its scenario and plan, how it was started, how it ended, and what was found', () => {
  const text = answerTable([
    {
      answer: {
        arn: 'arn:aws:states:us-east-1:000000000000:execution:deploytime-scaling-run:one',
        input: { plan: 'Scaling-0123abcd', scenario: 'nightly-batch', edge: 'start' },
        status: 'SUCCEEDED',
        outcome: 'Converged',
        reason: 'all is well',
        wouldDo: [],
        startedAt: new Date(0),
        durationMs: 2800,
      },
      occasion: 'by hand',
      details: ['Converged'],
      findings: [{ text: 'now 3 × db.r5.xlarge; 4 tasks', isRight: true }],
    },
  ]);
  assert.deepEqual(text.split('\n').slice(2), [
    'deploytime-scaling-run  start    Converged                      2.8 s',
    'nightly-batch           by hand  now 3 × db.r5.xlarge; 4 tasks',
    'Scaling-0123abcd',
  ]);
});
