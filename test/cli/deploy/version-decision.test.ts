import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideVersion } from '../../../cli/deploy/version-decision.ts';

const CASES: readonly (readonly [
  before: string | undefined,
  after: string | undefined,
  isAllowed: boolean,
])[] = [
  [undefined, '0.2.0', true],
  ['0.2.0', undefined, true],
  ['0.1.0', '0.2.0', true],
  ['0.2.0', '0.2.0', true],
  ['0.2.0-rc.1', '0.2.0', true],
  ['0.3.0', '0.2.0', false],
  ['0.2.0', '0.2.0-rc.1', false],
  ['0.10.0', '0.9.0', false],
  // What is no version can't be compared, and a person is shown both.
  ['main', '0.2.0', true],
];

describe('a version takes the place of another', () => {
  for (const [before, after, isAllowed] of CASES) {
    test(`${after} of ${before}: ${isAllowed ? 'allowed' : 'refused, unless it is meant'}`, () => {
      assert.equal(decideVersion({ before, after }, { allowDowngrade: false }).isAllowed, isAllowed);
      assert.equal(decideVersion({ before, after }, { allowDowngrade: true }).isAllowed, true);
    });
  }

  test('and the refusal names both, and the way', () => {
    const decision = decideVersion({ before: '0.3.0', after: '0.2.0' }, { allowDowngrade: false });
    assert.deepEqual(decision, {
      isAllowed: false,
      reason:
        'Version 0.3.0 is deployed, and this command brings 0.2.0, which is older. --allow-downgrade goes back to it; npx deploytime@0.3.0 brings the same one',
    });
  });
});
