import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestName } from '../../cli/nearest-name.ts';

const NAMES = ['LogRetention', 'ParameterPattern', 'Qualifier', 'RepositoryPattern', 'SubnetIds'];

const CASES: readonly (readonly [given: string, meant: string | undefined])[] = [
  ['LogRetention', 'LogRetention'],
  ['logretention', 'LogRetention'],
  ['LogRetentoin', 'LogRetention'],
  ['Subnets', 'SubnetIds'],
  ['RepositoryPatern', 'RepositoryPattern'],
  ['Qualifer', 'Qualifier'],
  ['Bucket', undefined],
  ['', undefined],
  ['x'.repeat(5_000), undefined],
];

describe('the name that was probably meant', () => {
  for (const [given, meant] of CASES) {
    test(`by "${given.slice(0, 20)}" is ${meant}`, () => assert.equal(nearestName(given, NAMES), meant));
  }

  test('is none where there are no names', () => assert.equal(nearestName('a', []), undefined));
});
