import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearestName } from '../../../../handlers/scaling/plan/nearest-name.ts';

const NAMES = ['InstanceClass', 'InstanceCount', 'State', 'End', 'After'];

describe('The nearest name', () => {
  for (const [given, nearest] of [
    ['InstanceClas', 'InstanceClass'],
    ['InstanceClasss', 'InstanceClass'],
    ['instanceClass', 'InstanceClass'],
    ['InstancCont', 'InstanceCount'],
    ['InstanceCuont', 'InstanceCount'],
    ['Sate', 'State'],
    ['Ends', 'End'],
    ['Ed', 'End'],
    ['afterr', 'After'],
  ] as const) {
    test(`to ${given} is ${nearest}`, () => assert.equal(nearestName(given, NAMES), nearest));
  }

  for (const given of ['', 'E', 'Begin', 'DesiredCount', 'x'.repeat(5_000), '__proto__']) {
    test(`to ${JSON.stringify(given.slice(0, 20))} is none`, () =>
      assert.equal(nearestName(given, NAMES), undefined));
  }

  const PARAMETERS = ['LogRetention', 'ParameterPattern', 'Qualifier', 'RepositoryPattern', 'SubnetIds'];
  for (const [given, nearest] of [
    ['LogRetention', 'LogRetention'],
    ['logretention', 'LogRetention'],
    ['LogRetentoin', 'LogRetention'],
    ['Subnets', 'SubnetIds'],
    ['RepositoryPatern', 'RepositoryPattern'],
    ['Qualifer', 'Qualifier'],
    ['Bucket', undefined],
    ['', undefined],
    ['x'.repeat(5_000), undefined],
  ] as const) {
    test(`to "${given.slice(0, 20)}" among a template's parameters is ${nearest}`, () =>
      assert.equal(nearestName(given, PARAMETERS), nearest));
  }

  test('is none where there are no names', () => assert.equal(nearestName('a', []), undefined));
});
