import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { templateText } from '../../packaging/template-text.ts';

describe('the text of a template', () => {
  test('is JSON of the same template', () => {
    const template = {
      Empty: { List: [], Map: {} },
      Text: 'a "quoted" line\n',
      List: [1, null, true, { Ref: 'A' }, ['b']],
      Left: undefined,
    };
    assert.deepEqual(JSON.parse(templateText(template)), JSON.parse(JSON.stringify(template)));
  });

  test('has a function on one line, however deep, and everything else a line for each value', () => {
    const template = {
      Name: { 'Fn::If': ['HasName', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }]] }, 'a'] },
      Tags: [{ Key: 'b', Value: 'c' }],
    };
    assert.equal(
      templateText(template),
      `{
 "Name": {"Fn::If":["HasName",{"Fn::Join":["-",["a",{"Ref":"Name"}]]},"a"]},
 "Tags": [
  {
   "Key": "b",
   "Value": "c"
  }
 ]
}`,
    );
  });
});
