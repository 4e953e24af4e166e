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
