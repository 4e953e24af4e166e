import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replacements, type Template } from './replacement.ts';

const Table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'a', BillingMode: 'PROVISIONED' } };
const Permission = { Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction' } };
const FORMER: Template = { Resources: { Table, Permission } };

describe('What one template replaces of another', () => {
  const cases: readonly [says: string, resources: Template['Resources'], found: readonly string[]][] = [
    ['nothing where they are the same', FORMER.Resources, []],
    ['nothing where there is more', { ...FORMER.Resources, Queue: { Type: 'AWS::SQS::Queue' } }, []],
    [
      'nothing where a property is another that can be changed',
      {
        ...FORMER.Resources,
        Table: { ...Table, Properties: { TableName: 'a', BillingMode: 'PAY_PER_REQUEST' } },
      },
      [],
    ],
    [
      'a resource whose name is another',
      { ...FORMER.Resources, Table: { ...Table, Properties: { TableName: 'b' } } },
      ['Table (AWS::DynamoDB::Table) has another TableName'],
    ],
    [
      'a resource that can have no property changed',
      { ...FORMER.Resources, Permission: { Type: 'AWS::Lambda::Permission', Properties: {} } },
      ['Permission (AWS::Lambda::Permission) has another Action'],
    ],
    ['a resource that is gone', { Table }, ['Permission (AWS::Lambda::Permission) is gone']],
    [
      'a resource of another type',
      { ...FORMER.Resources, Table: { Type: 'AWS::SQS::Queue' } },
      ['Table was AWS::DynamoDB::Table and is AWS::SQS::Queue'],
    ],
  ];
  for (const [says, Resources, found] of cases) {
    it(`is ${says}`, () => assert.deepEqual(replacements(FORMER, { Resources }), found));
  }

  it('is not guessed for a type that nobody looked up', () => {
    const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
    assert.throws(() => replacements(template, template), /AWS::SNS::Topic/);
  });
});
