import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readServiceTemplate } from '../../../cli/deploy/service-template.ts';
import {
  checkGivenParameters,
  chooseParameters,
  parameterChanges,
} from '../../../cli/deploy/template-parameters.ts';
import { smallServiceTemplate } from '../service-template.ts';

const TEMPLATE = readServiceTemplate(smallServiceTemplate(), 'a.json');
const WITH_SECRET = readServiceTemplate(
  smallServiceTemplate({ parameters: { Token: { Type: 'String', NoEcho: true, AllowedPattern: '[a-z]+' } } }),
  'a.json',
);

describe('a parameter that is given', () => {
  const mistakes: readonly (readonly [name: string, value: string, sentence: RegExp])[] = [
    [
      'LogRetentoin',
      '30',
      /^The template has no parameter LogRetentoin \(Did you mean LogRetention\?\); it has LogRetention, Qualifier$/,
    ],
    ['Wombat', '1', /^The template has no parameter Wombat; it has LogRetention, Qualifier$/],
    ['LogRetention', '31', /^The parameter LogRetention is "31"; it must be one of "30", "90"$/],
    [
      'Qualifier',
      'Second',
      /^The parameter Qualifier is "Second"; it must be empty, or a lower-case letter and up to 15 lower-case letters and digits$/,
    ],
    // As CloudFormation has it, the whole value must match.
    ['Qualifier', 'second-copy', /^The parameter Qualifier is "second-copy"/],
  ];
  for (const [name, value, sentence] of mistakes) {
    test(`${name}=${value} is refused in a sentence`, () => {
      assert.throws(() => checkGivenParameters(TEMPLATE, new Map([[name, value]])), {
        code: 'Usage',
        message: sentence,
      });
    });
  }

  test('and is secret is told by its length', () => {
    assert.throws(() => checkGivenParameters(WITH_SECRET, new Map([['Token', 'HUNTER2']])), {
      message: 'The parameter Token is a value of 7 characters; it must match [a-z]+',
    });
  });

  test('and is allowed passes, and a pattern that only Java reads is left to CloudFormation', () => {
    checkGivenParameters(
      TEMPLATE,
      new Map([
        ['Qualifier', 'second'],
        ['LogRetention', '30'],
      ]),
    );
    const java = readServiceTemplate(
      smallServiceTemplate({ parameters: { Odd: { Type: 'String', AllowedPattern: '\\p{Alpha}(?<!' } } }),
      'a.json',
    );
    checkGivenParameters(java, new Map([['Odd', 'x']]));
  });
});

describe('what is sent for each parameter', () => {
  test('of a new stack is what was given, and otherwise its default holds', () => {
    assert.deepEqual(chooseParameters(TEMPLATE, new Map([['LogRetention', '30']]), undefined), [
      { name: 'LogRetention', value: '30' },
    ]);
  });

  test('of a stack that is there is what was given, and otherwise what it has', () => {
    const present = new Map([
      ['Qualifier', 'second'],
      ['LogRetention', '30'],
      ['Gone', 'x'],
    ]);
    assert.deepEqual(chooseParameters(TEMPLATE, new Map([['LogRetention', '90']]), present), [
      { name: 'Qualifier', keeps: true },
      { name: 'LogRetention', value: '90' },
    ]);
  });

  test('that has no default must be given, unless the stack has it', () => {
    assert.throws(() => chooseParameters(WITH_SECRET, new Map(), undefined), {
      code: 'Usage',
      message: "The template's Token must be given, for there is no default: --parameter Token=…",
    });
    const present = new Map([['Token', '****']]);
    assert.deepEqual(chooseParameters(WITH_SECRET, new Map(), present), [{ name: 'Token', keeps: true }]);
  });
});

describe('which values will be others', () => {
  const changes = (given: Record<string, string>, present?: Record<string, string>, template = TEMPLATE) => {
    const former = present && new Map(Object.entries(present));
    const choices = chooseParameters(template, new Map(Object.entries(given)), former);
    return parameterChanges(template, choices, former);
  };

  test('of a new stack: those that were given', () =>
    assert.deepEqual(changes({ LogRetention: '30' }), [
      { name: 'LogRetention', before: undefined, after: '30' },
    ]));

  test('of a stack that is there: those that are not what they were, that come, and that go', () =>
    assert.deepEqual(changes({ LogRetention: '90' }, { LogRetention: '30', Old: 'x' }), [
      { name: 'Qualifier', before: undefined, after: '' },
      { name: 'LogRetention', before: '30', after: '90' },
      { name: 'Old', before: 'x', after: undefined },
    ]));

  test('not the same value once more', () =>
    assert.deepEqual(changes({ LogRetention: '30' }, { LogRetention: '30', Qualifier: '' }), []));

  test('a secret one by its name alone', () => {
    const told = changes(
      { Token: 'hunter' },
      { Token: '****', Qualifier: '', LogRetention: '90' },
      WITH_SECRET,
    );
    assert.deepEqual(told, [{ name: 'Token', before: '****', after: '****' }]);
  });
});
