import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../handlers/resources/ecr-image.ts';
import { formatEcrImageId, parseEcrImageId } from '../../../handlers/resources/ecr-image-id.ts';

const OURS = `sha256:${'1'.repeat(64)}` as const;
const BEFORE = `sha256:${'0'.repeat(64)}` as const;
const THEIRS = `sha256:${'2'.repeat(64)}` as const;

const history = (ours: typeof OURS | undefined, sourceChanged: boolean, answeredBefore?: typeof BEFORE) => ({
  ours,
  sourceChanged,
  answeredBefore,
});

describe('what to do about the tag', () => {
  const TABLE: readonly [
    situation: string,
    state: Parameters<typeof decide>[0],
    action: string,
    reason: RegExp,
  ][] = [
    [
      'it has no image',
      { present: undefined, history: history(undefined, false), onExisting: 'keep' },
      'put',
      /no image/,
    ],
    [
      'its image expired since we put it there',
      { present: undefined, history: history(OURS, false), onExisting: 'keep' },
      'put',
      /no image/,
    ],
    [
      "it has somebody else's image",
      { present: THEIRS, history: history(undefined, false), onExisting: 'keep' },
      'keep',
      /did not put there/,
    ],
    [
      'somebody else pushed over ours, and the source has changed',
      { present: THEIRS, history: history(OURS, true), onExisting: 'keep' },
      'keep',
      /did not put there/,
    ],
    [
      'it has ours, and the source is the same',
      { present: OURS, history: history(OURS, false), onExisting: 'keep' },
      'keep',
      /source is the same/,
    ],
    [
      'it has ours, and the source has changed',
      { present: OURS, history: history(OURS, true), onExisting: 'keep' },
      'put',
      /has changed/,
    ],
    [
      'it has ours, and the properties before are asked for again',
      { present: OURS, history: history(OURS, true, BEFORE), onExisting: 'keep' },
      'restore',
      /their image comes back/,
    ],
    [
      'the same, and our image expired since',
      { present: undefined, history: history(OURS, true, BEFORE), onExisting: 'overwrite' },
      'restore',
      /their image comes back/,
    ],
    [
      'the same, and it is there again already',
      { present: BEFORE, history: history(OURS, true, BEFORE), onExisting: 'overwrite' },
      'keep',
      /answered with before/,
    ],
    [
      'the same, and somebody else pushed',
      { present: THEIRS, history: history(OURS, true, BEFORE), onExisting: 'keep' },
      'keep',
      /did not put there/,
    ],
    [
      'OnExisting is overwrite, whatever it has',
      { present: THEIRS, history: history(undefined, false), onExisting: 'overwrite' },
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

  const before = { repository: 'a'.repeat(12), place: 'b'.repeat(12), digest: BEFORE, asked: 'c'.repeat(12) };

  test('tells repository, tag and what was put there, and is read back', () => {
    for (const id of [
      { repositoryUri, tag: 'initial', digest: OURS },
      { repositoryUri, tag: 'v1.2_3-4' },
      { repositoryUri, tag: 'initial', digest: OURS, asked: '0123456789ab' },
      { repositoryUri, tag: 'initial', digest: OURS, asked: '0123456789ab', before },
      { repositoryUri, tag: 'initial', before },
    ]) {
      assert.deepEqual(parseEcrImageId(formatEcrImageId(id)), id);
    }
  });

  test('is well under 1 KB where every part is as long as it may be', () => {
    const id = formatEcrImageId({
      repositoryUri: `111122223333.dkr.ecr.us-gov-west-1.amazonaws.com.cn/${'a'.repeat(256)}`,
      tag: 't'.repeat(128),
      digest: OURS,
      asked: '0123456789ab',
      before,
    });
    assert.ok(Buffer.byteLength(id) <= 660, `${Buffer.byteLength(id)} bytes`);
  });

  for (const other of [
    'shop-Image-1ABCDEFGHIJKL',
    'deploytime::create-failed',
    '',
    `${repositoryUri}:initial@sha256:short`,
    `${repositoryUri}:initial@${OURS}@${OURS}`,
    repositoryUri,
    `${repositoryUri}:-bad`,
    `${repositoryUri}:initial@${OURS}#nonsense`,
    `${repositoryUri}:initial@${OURS}#0123456789ab,0`,
  ]) {
    test(`does not take ${JSON.stringify(other)} for one of ours`, () => {
      assert.equal(parseEcrImageId(other), undefined);
    });
  }
});
