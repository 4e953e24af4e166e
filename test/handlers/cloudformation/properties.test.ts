import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  findProperty,
  optional,
  readProperties,
  required,
  withDefault,
} from '../../../handlers/cloudformation/properties.ts';
import {
  arn,
  boolean,
  imageReference,
  integer,
  list,
  map,
  oneOf,
  text,
} from '../../../handlers/cloudformation/property-kinds.ts';
import { ProviderError } from '../../../handlers/errors.ts';

const schema = {
  Name: required(text(/^[a-z]+$/, 'lower-case letters'), ''),
  Mode: withDefault(oneOf('keep', 'overwrite'), 'keep', ''),
  Enforce: withDefault(boolean(), 'true', ''),
  Count: optional(integer(1, 16), ''),
  Exclude: optional(list(text(/^\S+$/, 'a glob without spaces')), ''),
  Bounds: optional(map(integer(0, 100)), ''),
  Secret: optional(arn('secretsmanager', 'secret:'), ''),
  Source: optional(imageReference(), ''),
};

const read = (raw: Record<string, unknown>) => readProperties('Custom::Example', schema, raw);
const mistakes = (raw: Record<string, unknown>): string => {
  try {
    read(raw);
  } catch (error) {
    assert.ok(error instanceof ProviderError);
    assert.equal(error.code, 'InvalidRequest');
    return error.message;
  }
  return '';
};

describe('properties', () => {
  test('are read from the strings that CloudFormation makes of them', () => {
    const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:hub-AbCdEf';
    const properties = read({
      ServiceToken: 'arn:…',
      ServiceTimeout: '60',
      DeploymentId: 'anything',
      Name: 'orders',
      Mode: 'overwrite',
      Enforce: 'false',
      Count: '3',
      Exclude: ['*.md', 'docs/**'],
      Bounds: { InstanceCount: '4' },
      Secret: SECRET,
      Source: 'busybox:1.36',
    });
    assert.deepEqual(properties, {
      Name: 'orders',
      Mode: 'overwrite',
      Enforce: false,
      Count: 3,
      Exclude: ['*.md', 'docs/**'],
      Bounds: new Map([['InstanceCount', 4]]),
      Secret: SECRET,
      Source: { registry: 'docker.io', repository: 'library/busybox', tag: '1.36' },
    });
  });

  test('have their defaults where a template gives none', () => {
    assert.deepEqual(read({ Name: 'a' }), { Name: 'a', Mode: 'keep', Enforce: true });
  });

  test('that are wrong are all named in one sentence, with the value and what is allowed', () => {
    const message = mistakes({ Mode: 'Keep', Enforce: 'yes', Count: '17', Naem: 'x' });
    assert.equal(
      message,
      "Custom::Example can't be read: Name is missing (lower-case letters); " +
        'Mode is "Keep", allowed is one of keep, overwrite; ' +
        'Enforce is "yes", allowed is true or false; ' +
        'Count is "17", allowed is a whole number from 1 to 16; ' +
        '"Naem" is no property of this type, which has Name, Mode, Enforce, Count, Exclude, Bounds, Secret, Source',
    );
  });

  const REFUSED: readonly [raw: Record<string, unknown>, message: RegExp][] = [
    [{ Name: ['a'] }, /Name is \["a"\], allowed is lower-case letters/],
    [{ Name: null }, /Name is null, allowed is/],
    [{ Name: 'A'.repeat(3000) }, /Name is "A{79}… \(3002 characters\), allowed is/],
    [{ Name: 'a', Count: '3.5' }, /Count is "3.5", allowed is a whole number/],
    [{ Name: 'a', Count: '' }, /Count is "", allowed is a whole number/],
    [{ Name: 'a', Count: '0x3' }, /Count is "0x3"/],
    [{ Name: 'a', Exclude: '*.md' }, /Exclude is "\*\.md", allowed is a list of at most 100, each a glob/],
    [{ Name: 'a', Exclude: ['ok', 'not ok'] }, /Exclude: element 2 is not a glob without spaces/],
    [{ Name: 'a', Exclude: Array(101).fill('x') }, /Exclude is .*, allowed is a list of at most 100/],
    [
      { Name: 'a', Bounds: { InstanceCount: '101' } },
      /Bounds: its "InstanceCount" is not a whole number from 0 to 100/,
    ],
    [{ Name: 'a', Bounds: ['4'] }, /Bounds is \["4"\], allowed is a map/],
    [{ Name: 'a', Source: 'Busybox' }, /Source: "Busybox" is no image reference/],
    [
      { Name: 'a', A: 1, B: 1, C: 1, D: 1, E: 1, F: 1 },
      /"A", "B", "C", "D", "E" and 1 more are no properties/,
    ],
  ];
  for (const [raw, message] of REFUSED) {
    test(`refuse ${JSON.stringify(raw).slice(0, 60)}`, () => {
      assert.match(mistakes(raw), message);
    });
  }

  test('that should name a secret and may be one are described by their length', () => {
    const message = mistakes({ Name: 'a', Secret: 'hunter2hunter2' });
    assert.match(
      message,
      /Secret is a text of 14 characters, allowed is an ARN arn:<partition>:secretsmanager/,
    );
    assert.doesNotMatch(message, /hunter2/);
  });

  test('named like parts of an object are unknown like any other', () => {
    const raw = JSON.parse('{"Name":"a","__proto__":{"Count":"1"},"constructor":"x"}') as Record<
      string,
      unknown
    >;
    assert.match(mistakes(raw), /"__proto__", "constructor" are no properties/);
  });

  test('that do not go together are told with the mistakes of each', () => {
    const rules = (given: Record<string, unknown>) =>
      given.Count !== undefined && given.Bounds !== undefined ? ['Count and Bounds are given'] : [];
    const read = (raw: Record<string, unknown>) => readProperties('Custom::Thing', schema, raw, rules);
    assert.throws(() => read({ Name: '1', Count: '3', Bounds: {} }), {
      message: /Name is "1", .*; Count and Bounds are given$/,
    });
    assert.equal(read({ Name: 'a', Count: '3' }).Count, 3);
  });

  test('of a Delete are found one by one, and never refused', () => {
    assert.equal(findProperty('Mode', schema.Mode, { Mode: 'overwrite', Junk: '1' }), 'overwrite');
    assert.equal(findProperty('Mode', schema.Mode, {}), 'keep');
    assert.equal(findProperty('Mode', schema.Mode, { Mode: 'nonsense' }), undefined);
  });
});
