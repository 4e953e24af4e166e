import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../handlers/resources/ecr-image.ts';
import { formatEcrImageId, parseEcrImageId } from '../../../handlers/resources/ecr-image-id.ts';

const OURS = `sha256:${'1'.repeat(64)}` as const;
const THEIRS = `sha256:${'2'.repeat(64)}` as const;

describe('what to do about the tag', () => {
  const TABLE: readonly [
    situation: string,
    state: Parameters<typeof decide>[0],
    action: string,
    reason: RegExp,
  ][] = [
    [
      'it has no image',
      { present: undefined, ours: undefined, sourceChanged: false, onExisting: 'keep' },
      'put',
      /no image/,
    ],
    [
      'its image expired since we put it there',
      { present: undefined, ours: OURS, sourceChanged: false, onExisting: 'keep' },
      'put',
      /no image/,
    ],
    [
      "it has somebody else's image",
      { present: THEIRS, ours: undefined, sourceChanged: false, onExisting: 'keep' },
      'keep',
      /did not put there/,
    ],
    [
      'somebody else pushed over ours, and the source has changed',
      { present: THEIRS, ours: OURS, sourceChanged: true, onExisting: 'keep' },
      'keep',
      /did not put there/,
    ],
    [
      'it has ours, and the source is the same',
      { present: OURS, ours: OURS, sourceChanged: false, onExisting: 'keep' },
      'keep',
      /source is the same/,
    ],
    [
      'it has ours, and the source has changed',
      { present: OURS, ours: OURS, sourceChanged: true, onExisting: 'keep' },
      'put',
      /has changed/,
    ],
    [
      'OnExisting is overwrite, whatever it has',
      { present: THEIRS, ours: undefined, sourceChanged: false, onExisting: 'overwrite' },
      'put',
      /overwrite/,
    ],
  ];
  for (const [situation, state, action, reason] of TABLE) {
    test(`${situation}: ${action}`, () => {
      const decision = decide(state);
      assert.equal(decision.action, action);
      assert.match(decision.reason, reason);
    });
  }
});

describe('the physical resource id', () => {
  const repositoryUri = '111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app';

  test('tells repository, tag and what was put there, and is read back', () => {
    for (const id of [
      { repositoryUri, tag: 'initial', digest: OURS },
      { repositoryUri, tag: 'v1.2_3-4' },
    ]) {
      assert.deepEqual(parseEcrImageId(formatEcrImageId(id)), id);
    }
  });

  for (const other of [
    'shop-Image-1ABCDEFGHIJKL',
    'deploytime::create-failed',
    '',
    `${repositoryUri}:initial@sha256:short`,
    `${repositoryUri}:initial@${OURS}@${OURS}`,
    repositoryUri,
    `${repositoryUri}:-bad`,
  ]) {
    test(`does not take ${JSON.stringify(other)} for one of ours`, () => {
      assert.equal(parseEcrImageId(other), undefined);
    });
  }
});
