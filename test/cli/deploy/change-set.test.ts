import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ResourceChange } from '@aws-sdk/client-cloudformation';
import { dangerOf } from '../../../cli/deploy/change.ts';
import { readChange } from '../../../cli/deploy/change-set.ts';

const TABLE = {
  LogicalResourceId: 'ScalingTable',
  ResourceType: 'AWS::DynamoDB::Table',
  PhysicalResourceId: 'deploytime-scaling',
} as const;
const PROVIDER = {
  LogicalResourceId: 'EcrImage',
  ResourceType: 'AWS::Lambda::Function',
  PhysicalResourceId: 'deploytime-ecr-image',
} as const;

describe('what a change set says of a resource', () => {
  test('that is added', () =>
    assert.deepEqual(
      readChange({ Action: 'Add', LogicalResourceId: 'Role', ResourceType: 'AWS::IAM::Role' }),
      {
        action: 'add',
        logicalId: 'Role',
        type: 'AWS::IAM::Role',
        physicalId: undefined,
        replacement: 'no',
        isRetained: false,
        properties: [],
      },
    ));

  test('that is taken back', () => assert.equal(readChange({ Action: 'Import', ...TABLE }).action, 'import'));

  const replacements: readonly (readonly [ResourceChange['Replacement'], string, string])[] = [
    ['False', 'change', 'no'],
    ['Conditional', 'change', 'maybe'],
    ['True', 'replace', 'yes'],
    [undefined, 'change', 'no'],
  ];
  for (const [Replacement, action, replacement] of replacements) {
    test(`that is modified with replacement ${Replacement}`, () => {
      const change = readChange({ Action: 'Modify', ...TABLE, ...(Replacement && { Replacement }) });
      assert.deepEqual([change.action, change.replacement], [action, replacement]);
    });
  }

  test('tells each property once, by its path, with what it was and will be', () => {
    const target = (Path: string, more: object = {}) =>
      ({ Attribute: 'Properties', RequiresRecreation: 'Never', Path, ...more }) as const;
    const { properties } = readChange({
      Action: 'Modify',
      ...PROVIDER,
      Scope: ['Properties'],
      Details: [
        {
          Target: target('/Properties/Environment/Variables/DEPLOYTIME_VERSION', {
            BeforeValue: '0.1.0',
            AfterValue: '0.2.0',
          }),
          Evaluation: 'Static',
        },
        // One for each cause.
        { Target: target('/Properties/Role'), Evaluation: 'Dynamic' },
        { Target: target('/Properties/Role'), Evaluation: 'Static' },
        { Target: target('/Properties/Code/ZipFile', { AfterValue: 'x'.repeat(5_000) }) },
        { Target: { Attribute: 'Properties', Name: 'FunctionName', RequiresRecreation: 'Always' } },
        { Target: { Attribute: 'Tags' } },
        {},
      ],
    });
    assert.deepEqual(
      properties.map(({ path, before, after, replaces }) => [path, before, after, replaces]),
      [
        ['Code.ZipFile', undefined, undefined, 'no'],
        ['Environment.Variables.DEPLOYTIME_VERSION', '0.1.0', '0.2.0', 'no'],
        ['FunctionName', undefined, undefined, 'yes'],
        ['Role', undefined, undefined, 'no'],
        ['Tags', undefined, undefined, 'no'],
      ],
    );
  });

  test('and may only be replaced where the deployment alone knows the value', () => {
    const Target = { Attribute: 'Properties', Name: 'TableName', RequiresRecreation: 'Always' } as const;
    const { properties } = readChange({
      Action: 'Modify',
      ...TABLE,
      Details: [{ Target, Evaluation: 'Dynamic' }],
    });
    assert.equal(properties[0]?.replaces, 'maybe');
  });

  test('whose attributes alone change', () => {
    const { properties } = readChange({ Action: 'Modify', ...TABLE, Scope: ['Metadata', 'Tags'] });
    assert.deepEqual(
      properties.map(({ path }) => path),
      ['Metadata', 'Tags'],
    );
  });

  test('shows no control character of somebody else', () => {
    const Target = { Attribute: 'Properties', Name: 'A', AfterValue: '\x1b[2J' } as const;
    assert.equal(
      readChange({ Action: 'Modify', ...TABLE, Details: [{ Target }] }).properties[0]?.after,
      undefined,
    );
  });
});

describe('people are warned of', () => {
  const cases: readonly (readonly [what: string, ResourceChange, danger: RegExp])[] = [
    [
      'a table that goes',
      { Action: 'Remove', ...TABLE },
      /^it is removed: what deploytime-scaling holds is lost, among it the capacities/,
    ],
    [
      'a table that stays behind',
      { Action: 'Remove', PolicyAction: 'Retain', ...TABLE },
      /; the present one is kept, outside of the stack, and its name stays taken$/,
    ],
    ['a table that is replaced', { Action: 'Modify', Replacement: 'True', ...TABLE }, /^it is replaced: /],
    [
      'a table that may be replaced',
      { Action: 'Modify', Replacement: 'Conditional', ...TABLE },
      /^it is perhaps replaced: /,
    ],
    [
      'a provider that goes',
      { Action: 'Remove', ...PROVIDER },
      /stacks that name deploytime-ecr-image as their service token can neither be updated nor deleted/,
    ],
    [
      'another function that goes',
      { Action: 'Remove', ...PROVIDER, PhysicalResourceId: 'deploytime-scaling-step' },
      /whatever calls deploytime-scaling-step fails/,
    ],
    [
      'a queue that goes',
      { Action: 'Remove', ResourceType: 'AWS::SQS::Queue', LogicalResourceId: 'Letters' },
      /what the resource holds is lost/,
    ],
    [
      'a state machine that is replaced',
      { Action: 'Modify', Replacement: 'True', ResourceType: 'AWS::StepFunctions::StateMachine' },
      /runs of scheduled scaling that are under way/,
    ],
  ];
  for (const [what, reported, danger] of cases) {
    test(what, () => assert.match(String(dangerOf(readChange(reported))), danger));
  }

  const harmless: readonly (readonly [what: string, ResourceChange])[] = [
    ['a table that comes', { Action: 'Add', ...TABLE }],
    ['a table that is changed in place', { Action: 'Modify', Replacement: 'False', ...TABLE }],
    ['a parameter that goes', { Action: 'Remove', ResourceType: 'AWS::SSM::Parameter' }],
  ];
  for (const [what, reported] of harmless) {
    test(`not ${what}`, () => assert.equal(dangerOf(readChange(reported)), undefined));
  }
});
