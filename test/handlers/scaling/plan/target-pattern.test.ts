import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  readTargetPattern,
  targetPatternExpression,
} from '../../../../handlers/scaling/plan/target-pattern.ts';

describe('a pattern of targets', () => {
  const patterns: readonly (readonly [text: string, names: object])[] = [
    ['docdb/orders', { kind: 'docdb', clusterId: 'orders' }],
    ['docdb/*', { kind: 'docdb', clusterId: '*' }],
    ['ecs/prod/batch-?', { kind: 'ecs', cluster: 'prod', service: 'batch-?' }],
    ['ecs/*/*', { kind: 'ecs', cluster: '*', service: '*' }],
  ];
  for (const [text, names] of patterns) {
    test(`may be ${text}`, () => assert.deepEqual(readTargetPattern(text), { ok: true, value: names }));
  }

  for (const text of [
    '',
    '*',
    'docdb',
    'docdb/',
    'docdb/a/b',
    'ecs/prod',
    'ecs//batch',
    'ecs/a/b/c',
    'ec2/a',
  ]) {
    test(`may not be "${text}"`, () => assert.equal(readTargetPattern(text).ok, false));
  }
});

describe('the short names that patterns match', () => {
  test('are none where there is no pattern', () => assert.equal(targetPatternExpression([]), undefined));

  const names: readonly (readonly [name: string, isMatched: boolean])[] = [
    ['docdb/orders', true],
    ['docdb/orders-2', false],
    ['docdb/Xorders', false],
    ['ecs/prod/batch', true],
    ['ecs/prod/', true],
    ['ecs/prod/batch/more', false],
    ['ecs/test-1/batch', true],
    ['ecs/test-12/batch', false],
    ['ecs/test-1/batch2', false],
    ['ecs/a/b', false],
  ];
  const expression = targetPatternExpression(['docdb/orders', 'ecs/prod/*', 'ecs/test-?/batch']);
  for (const [name, isMatched] of names) {
    test(`${isMatched ? 'have' : "haven't"} ${name} among them`, () =>
      assert.equal(expression?.test(name), isMatched));
  }

  test('have no letter that an expression reads in its own way', () => {
    assert.equal(targetPatternExpression(['ecs/a.b/c+'])?.test('ecs/axb/cc'), false);
    assert.equal(targetPatternExpression(['ecs/a.b/c+'])?.test('ecs/a.b/c+'), true);
  });
});
