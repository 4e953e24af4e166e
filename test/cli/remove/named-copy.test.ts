import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { namesOnlyOthers } from '../../../cli/remove/named-copy.ts';

const PLAIN = 'arn:aws:lambda:eu-west-1:111122223333:function:deploytime-ecr-image';
const BLUE = 'arn:aws:lambda:eu-west-1:111122223333:function:deploytime-blue-layer-fingerprint';
const CASES: readonly (readonly [template: string, qualifier: string, isOfOthers: boolean])[] = [
  [PLAIN, '', false],
  [PLAIN, 'blue', true],
  [BLUE, '', true],
  [BLUE, 'blue', false],
  [BLUE, 'green', true],
  [`${PLAIN} ${BLUE}`, '', false],
  [`${PLAIN} ${BLUE}`, 'blue', false],
  ['{{resolve:ssm:/deploytime/service-token/image-tag}}', 'blue', true],
  ['{{resolve:ssm:/deploytime-blue/service-token/image-tag}}', 'blue', false],
  // What doesn't tell is taken for a user.
  ['!Ref ServiceToken', '', false],
  ['deploytime-example: a bucket', 'blue', false],
  ['', '', false],
];

describe('a template', () => {
  for (const [template, qualifier, isOfOthers] of CASES) {
    test(`${template} ${isOfOthers ? 'names only other copies than' : 'may name'} "${qualifier}"`, () => {
      assert.equal(namesOnlyOthers(template, qualifier), isOfOthers);
    });
  }
});
