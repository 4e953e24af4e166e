import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LayerArn } from '../../../handlers/layers/arn.ts';
import type { Fingerprint } from '../../../handlers/layers/fingerprint.ts';
import { formatMemory, parseMemory } from '../../../handlers/resources/answer-memory.ts';
import { type LayerAnswer, layerAnswerCodec } from '../../../handlers/resources/layer-fingerprint-memory.ts';

const { encode, decode } = layerAnswerCodec;

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const layer: fc.Arbitrary<LayerArn> = fc.record(
  {
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'),
    region: fc.constantFrom('us-east-1', 'us-gov-west-1', 'ap-southeast-7'),
    accountId: fc.stringMatching(/^[0-9]{12}$/),
    layerName: fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
  },
  { noNullPrototype: true },
);
const answers: fc.Arbitrary<LayerAnswer> = fc.record(
  {
    layer,
    version: fc.integer({ min: 1, max: 1_000_000 }),
    latestVersion: fc.integer({ min: 1, max: 1_000_000 }),
    fingerprint: hex(64).map((text) => text as Fingerprint),
    codeSha256: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('base64')),
    exclusion: hex(12),
  },
  { noNullPrototype: true },
);

/** The longest ARN of a version that Lambda takes has 140 characters. */
const LONGEST: LayerAnswer = {
  layer: {
    partition: 'aws-us-gov',
    region: 'us-gov-west-1',
    accountId: '111122223333',
    layerName: 'x'.repeat(140 - 'arn:aws-us-gov:lambda:us-gov-west-1:111122223333:layer::9'.length),
  },
  version: 999_999_999_999_999,
  latestVersion: 999_999_999_999_999,
  fingerprint: 'f'.repeat(64) as Fingerprint,
  codeSha256: Buffer.alloc(32, 255).toString('base64'),
  exclusion: 'f'.repeat(12),
};

describe('The answers of Custom::LayerFingerprint in physical ids', () => {
  test('are read as they were written', () => {
    fc.assert(fc.property(answers, (answer) => assert.deepEqual(decode(encode(answer)), answer)));
  });

  test('have no character that an id separates its parts by', () => {
    fc.assert(fc.property(answers, (answer) => assert.doesNotMatch(encode(answer), /[#,]/)));
  });

  test('are well under the kilobyte that CloudFormation takes, the longest two of them', () => {
    const remembered = { asked: 'f'.repeat(12), answer: LONGEST };
    const id = formatMemory(layerAnswerCodec, { present: remembered, before: remembered });
    assert.deepEqual(parseMemory(layerAnswerCodec, id), { present: remembered, before: remembered });
    assert.ok(Buffer.byteLength(id) <= 640, `${Buffer.byteLength(id)} bytes`);
  });

  for (const [what, change] of Object.entries({
    nothing: () => '',
    'a part less': (text: string) => text.replace(/^[^.]+\./, ''),
    'a part more': (text: string) => `a.${text}`,
    'a fingerprint that is too short': (text: string) => text.slice(1),
    'a version 0': (text: string) => text.replace('.999999999999999.', '.0.'),
    'an ARN with a version': (text: string) => `${text.slice(0, -2)}:1`,
    'an ARN of something else': (text: string) => text.replace(':layer:', ':function:'),
    'a line break': (text: string) => `${text}\n`,
    'bits that no SHA-256 has': (text: string) => text.replace(/^(.{42})./, '$1B'),
  })) {
    test(`are none with ${what}`, () => assert.equal(decode(change(encode(LONGEST))), undefined));
  }

  test('are whatever they are, or none: no text makes the reading fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const answer = decode(text);
        if (answer !== undefined) assert.equal(encode(answer), text);
      }),
    );
  });
});
