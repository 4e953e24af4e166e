import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FunctionState, movementFinding } from '../../../local/example-run/function-state.ts';

const FIRST: FunctionState = { uses: 'image:1', description: 'Says hello', lastModified: '10:00' };
const SECOND: FunctionState = { ...FIRST, uses: 'image:2', lastModified: '11:00' };

describe('what a function did', () => {
  const findings: readonly [
    says: string,
    before: FunctionState | undefined,
    now: FunctionState,
    isToMove: boolean,
    text: string | RegExp,
    isRight: boolean,
  ][] = [
    ['it was made with the answer', undefined, FIRST, false, 'function: made with this image', true],
    ['it moved, as it had to', FIRST, SECOND, true, 'function: moved to this image', true],
    ['it moved, and had to stay', FIRST, SECOND, false, /moved to this image, and should have stayed/, false],
    ['it stayed, as it had to', FIRST, FIRST, false, 'function: stayed', true],
    ['it stayed, and had to move', FIRST, FIRST, true, /stayed, and should have moved to this image/, false],
    [
      'it was updated to what it had already',
      FIRST,
      { ...FIRST, lastModified: '11:00' },
      false,
      /updated at 11:00, though nothing changed/,
      false,
    ],
    [
      'it was described anew and stayed otherwise',
      FIRST,
      { ...FIRST, description: 'Says goodbye' },
      false,
      /updated/,
      false,
    ],
  ];
  for (const [says, before, now, isToMove, text, isRight] of findings) {
    test(says, () => {
      const finding = movementFinding({ before, now, answered: now.uses, name: 'this image', isToMove });
      if (typeof text === 'string') assert.equal(finding.text, text);
      else assert.match(finding.text, text);
      assert.equal(finding.isRight, isRight);
    });
  }

  test('it uses something else than the answer, whatever else it did', () => {
    for (const before of [undefined, FIRST, SECOND]) {
      const movement = { before, now: FIRST, answered: 'image:3', name: 'this image', isToMove: true };
      assert.deepEqual(movementFinding(movement), {
        text: 'function: uses image:1, which is not the answer',
        isRight: false,
      });
    }
  });
});
