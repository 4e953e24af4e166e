import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change } from '../../../cli/deploy/change.ts';
import { proposalLines } from '../../../cli/deploy/proposal-lines.ts';
import { ADDED } from './deploy-world.ts';

const PLACE = { partition: 'aws', accountId: '111122223333', region: 'eu-central-1' };
const TABLE: Change = {
  ...ADDED,
  logicalId: 'ScalingTable',
  type: 'AWS::DynamoDB::Table',
  physicalId: 'deploytime-scaling',
};

function lines(changes: readonly Change[], more: Partial<Parameters<typeof proposalLines>[0]> = {}) {
  return proposalLines(
    {
      stackName: 'deploytime',
      place: PLACE,
      action: 'update',
      version: { before: '0.1.0', after: '0.2.0' },
      parameters: [],
      losesProperties: false,
      changes,
      ...more,
    },
    (colour, text) => `<${colour}>${text}</>`,
  );
}

describe('what would change is shown', () => {
  test('with what hurts first, each kind with a sign, a word and a colour', () => {
    const shown = lines([
      ADDED,
      { ...TABLE, action: 'import' },
      { ...TABLE, action: 'change', logicalId: 'B', replacement: 'maybe' },
      { ...TABLE, action: 'change', logicalId: 'A' },
      { ...TABLE, action: 'replace', replacement: 'yes' },
      { ...TABLE, action: 'remove' },
    ]);
    const from = shown.indexOf('Resources') + 1;
    assert.deepEqual(
      shown.slice(from, from + 6).map((line) => line.replace(/ AWS::\S+ +/, ' ')),
      [
        '  <red>- remove  </> ScalingTable',
        '  <red>± replace </> ScalingTable',
        '  <yellow>~ change  </> A',
        '  <yellow>~ replace?</> B',
        '  <green>+ import  </> ScalingTable',
        '  <green>+ add     </> Role',
      ],
    );
    assert.equal(shown.filter((line) => line.startsWith('  <red>! ')).length, 3);
    assert.equal(shown.at(-1), '1 to add, 1 to import, 2 to change, 1 to replace, 1 to remove');
  });

  test('with what an update of a stack of the CDK loses', () => {
    const shown = lines([ADDED], { losesProperties: true });
    assert.match(
      shown[shown.indexOf('Take care') + 1] ?? '',
      /^ {2}<red>! The stack has no parameters, .* default again/,
    );
    assert.ok(!lines([ADDED]).includes('Take care'));
  });

  test('with the first properties of many', () => {
    const properties = Array.from({ length: 10 }, (_, index) => ({
      path: `P${index}`,
      before: index === 0 ? 'a' : undefined,
      after: 'b',
      replaces: index === 1 ? ('maybe' as const) : ('no' as const),
    }));
    const shown = lines([{ ...TABLE, action: 'change', properties }]);
    assert.ok(shown.includes('      P0: a → b'));
    assert.ok(shown.includes('      P1: … → b (may replace it)'));
    assert.ok(shown.includes('      and 2 more'));
    assert.ok(!shown.some((line) => line.includes('P8')));
  });

  test('with parameters, whose values no terminal obeys', () => {
    const parameters = [{ name: 'A', before: undefined, after: '\x1b[2J' }];
    assert.ok(lines([ADDED], { parameters }).includes('  A: (none) → "\\u001b[2J"'));
  });

  test('with versions as far as they are known', () => {
    const title = (before: string | undefined, after: string | undefined) =>
      lines([ADDED], { version: { before, after } })[0]?.replace(/^.*eu-central-1/, '');
    assert.equal(title('0.1.0', '0.2.0'), ': version 0.1.0 → 0.2.0');
    assert.equal(title('0.2.0', '0.2.0'), ': version 0.2.0');
    assert.equal(title(undefined, '0.2.0'), ': version 0.2.0');
    assert.equal(title('0.1.0', undefined), ': version 0.1.0');
    assert.equal(title(undefined, undefined), '');
  });
});
