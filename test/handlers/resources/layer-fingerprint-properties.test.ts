import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProperties } from '../../../handlers/cloudformation/properties.ts';
import {
  LAYER_FINGERPRINT_TYPE,
  type LayerFingerprintProperties,
  layerFingerprintRules,
  layerFingerprintSchema,
} from '../../../handlers/resources/layer-fingerprint-properties.ts';

const LAYER_ARN = 'arn:aws:lambda:us-east-1:111122223333:layer:shop';

describe('The properties of Custom::LayerFingerprint', () => {
  test('are read', () => {
    const read = readLayer({ LayerVersionArn: `${LAYER_ARN}:7`, Exclude: ['*.md', 'docs/'] });
    assert.equal(read.LayerVersionArn?.version, 7);
    assert.deepEqual(read.Exclude?.patterns, ['*.md', 'docs/']);
    assert.equal(readLayer({ LayerName: 'shop' }).LayerName, 'shop');
    assert.equal(readLayer({ LayerName: LAYER_ARN }).LayerName, LAYER_ARN);
    assert.equal(readLayer({ ParameterName: '/shop/layer:prod' }).ParameterName?.selector, 'prod');
    assert.deepEqual(readLayer({ LayerName: 'shop', Exclude: [] }).Exclude?.patterns, []);
  });

  const REFUSED: readonly [raw: Record<string, unknown>, message: RegExp][] = [
    [{}, /none is given, allowed is exactly one of LayerVersionArn, LayerName, ParameterName$/],
    [
      { LayerName: 'shop', ParameterName: '/shop' },
      /LayerName and ParameterName are given, allowed is exactly one of LayerVersionArn, LayerName, ParameterName$/,
    ],
    [
      { LayerVersionArn: LAYER_ARN },
      /LayerVersionArn is "arn:.*:layer:shop", allowed is the ARN of a layer version: arn:<partition>:lambda:/,
    ],
    [{ LayerVersionArn: '' }, /LayerVersionArn is "", allowed is/],
    [{ LayerVersionArn: 7 }, /LayerVersionArn is 7, allowed is/],
    [
      { LayerName: `${LAYER_ARN}:7` },
      /LayerName: "arn:.*:shop:7" names a version; give it as LayerVersionArn/,
    ],
    [{ LayerName: 'my layer' }, /LayerName is "my layer", allowed is the name of a layer/],
    [{ LayerName: 'x'.repeat(141) }, /LayerName is "x+… \(143 characters\), allowed is/],
    [{ LayerName: ['shop'] }, /LayerName is \["shop"\], allowed is/],
    [{ ParameterName: 'shop/layer' }, /ParameterName: "shop\/layer" is not the name of an SSM parameter/],
    [{ LayerName: 'shop', Exclude: '*.md' }, /Exclude is "\*\.md", allowed is a list of at most 50 globs/],
    [{ LayerName: 'shop', Exclude: ['*.md', 7] }, /Exclude is \["\*\.md",7\], allowed is a list/],
    [{ LayerName: 'shop', Exclude: ['!a'] }, /Exclude: "!a" is no pattern to exclude files by/],
    [
      { LayerName: 'shop', Exclude: Array(51).fill('a') },
      /Exclude: there are 51 patterns to exclude; 50 are/,
    ],
    [{ LayerName: 'shop', Layer: 'shop' }, /"Layer" is no property of this type/],
  ];
  for (const [raw, message] of REFUSED) {
    test(`refuse ${JSON.stringify(raw).slice(0, 80)}`, () => assert.match(mistakes(raw), message));
  }

  test('are refused with all mistakes in one sentence', () => {
    const message = mistakes({ LayerName: ' ', ParameterName: ' ', Exclude: ['!a'], Junk: '1' });
    for (const part of [/LayerName is/, /ParameterName:/, /Exclude:/, /are given/, /"Junk"/]) {
      assert.match(message, part);
    }
    assert.match(message, /^Custom::LayerFingerprint can't be read: /);
  });
});

function readLayer(raw: Record<string, unknown>): LayerFingerprintProperties {
  return readProperties(LAYER_FINGERPRINT_TYPE, layerFingerprintSchema, raw, layerFingerprintRules);
}

function mistakes(raw: Record<string, unknown>): string {
  try {
    readLayer(raw);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail('They were accepted');
}
