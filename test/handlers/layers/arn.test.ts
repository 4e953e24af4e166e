import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatLayerArn,
  formatLayerVersionArn,
  isSameLayer,
  MAX_LAYER_ARN_CHARACTERS,
  parseLayerArn,
  parseLayerVersionArn,
} from '../../../handlers/layers/arn.ts';

const LAYER = 'arn:aws:lambda:us-east-1:111122223333:layer:shop_dependencies-2';

describe('The ARN of a layer', () => {
  test('is read, and written as it was', () => {
    const layer = parseLayerArn(LAYER);
    assert.deepEqual(layer, {
      partition: 'aws',
      region: 'us-east-1',
      accountId: '111122223333',
      layerName: 'shop_dependencies-2',
    });
    assert.equal(formatLayerArn(layer), LAYER);
  });

  test('with a version is read, and written as it was', () => {
    const arn = parseLayerVersionArn(`${LAYER}:17`);
    assert.equal(arn?.version, 17);
    assert.equal(formatLayerVersionArn(arn), `${LAYER}:17`);
    assert.ok(parseLayerVersionArn('arn:aws-us-gov:lambda:us-gov-west-1:111122223333:layer:a:1'));
    assert.ok(parseLayerVersionArn('arn:aws-cn:lambda:cn-north-1:111122223333:layer:a:1'));
  });

  test('tells whether two versions are of the same layer', () => {
    const [one, two, other] = [`${LAYER}:1`, `${LAYER}:2`, `${LAYER}x:1`].map((text) =>
      parseLayerVersionArn(text),
    );
    assert.ok(one && two && other);
    assert.equal(isSameLayer(one, two), true);
    assert.equal(isSameLayer(one, other), false);
  });

  for (const text of [
    '',
    'shop_dependencies-2',
    LAYER,
    `${LAYER}:`,
    `${LAYER}:0`,
    `${LAYER}:01`,
    `${LAYER}:$LATEST`,
    `${LAYER}:1:2`,
    `${LAYER}:1\n`,
    ` ${LAYER}:1`,
    `${LAYER}:1234567890123456`,
    LAYER.replace('layer:', 'function:'),
    LAYER.replace('lambda', 'ssm'),
    LAYER.replace('111122223333', '1111'),
    `${LAYER.replace('shop_dependencies-2', 'ü')}:1`,
  ]) {
    test(`with a version is not ${JSON.stringify(text)}`, () => {
      assert.equal(parseLayerVersionArn(text), undefined);
    });
  }

  test('without a version has none', () => {
    assert.equal(parseLayerArn(`${LAYER}:1`), undefined);
  });

  test('is no longer than Lambda takes it', () => {
    const padded = (length: number) => `${LAYER}${'x'.repeat(length - LAYER.length - 2)}:1`;
    assert.ok(parseLayerVersionArn(padded(MAX_LAYER_ARN_CHARACTERS)));
    assert.equal(parseLayerVersionArn(padded(MAX_LAYER_ARN_CHARACTERS + 1)), undefined);
  });
});
