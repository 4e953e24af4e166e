import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import {
  functionName,
  scalingResourceName,
  servicePrefix,
  serviceTokenArn,
  serviceTokenParameterName,
} from '../../stacks/service-name.ts';
import { quickApp } from './synthesis.ts';

describe('the names of the service', () => {
  it('are fixed for ever, since the templates of other stacks hold them', () => {
    assert.equal(functionName('ecr-image'), 'deploytime-ecr-image');
    assert.equal(functionName('image-tag'), 'deploytime-image-tag');
    assert.equal(functionName('layer-fingerprint'), 'deploytime-layer-fingerprint');
    assert.equal(functionName('scheduled-scaling'), 'deploytime-scheduled-scaling');
    assert.equal(functionName('scaling-step'), 'deploytime-scaling-step');
    assert.equal(functionName('undelivered'), 'deploytime-undelivered');
    assert.equal(scalingResourceName('scaling'), 'deploytime-scaling');
    assert.equal(scalingResourceName('scaling-run'), 'deploytime-scaling-run');
    assert.equal(scalingResourceName('scaling-sweep'), 'deploytime-scaling-sweep');
    assert.equal(scalingResourceName('scaling-dead-letters'), 'deploytime-scaling-dead-letters');
    assert.equal(serviceTokenParameterName('ecr-image'), '/deploytime/service-token/ecr-image');
    assert.equal(serviceTokenParameterName('image-tag'), '/deploytime/service-token/image-tag');
    assert.equal(
      serviceTokenParameterName('layer-fingerprint'),
      '/deploytime/service-token/layer-fingerprint',
    );
    assert.equal(
      serviceTokenParameterName('scheduled-scaling'),
      '/deploytime/service-token/scheduled-scaling',
    );
  });

  it('all hold the qualifier of a second copy', () => {
    assert.equal(functionName('ecr-image', 'blue'), 'deploytime-blue-ecr-image');
    assert.equal(functionName('undelivered', 'blue'), 'deploytime-blue-undelivered');
    assert.equal(scalingResourceName('scaling-run', 'blue'), 'deploytime-blue-scaling-run');
    assert.equal(serviceTokenParameterName('ecr-image', 'blue'), '/deploytime-blue/service-token/ecr-image');
  });

  it('take the empty qualifier for none', () => {
    assert.equal(functionName('ecr-image', ''), 'deploytime-ecr-image');
  });

  for (const qualifier of ['Blue', '1st', 'a-b', 'a'.repeat(17), ' ', 'ä']) {
    it(`refuse the qualifier "${qualifier}" in a sentence`, () => {
      assert.throws(() => servicePrefix(qualifier), {
        message: `Qualifier is "${qualifier}"; it must be empty, or a lower-case letter and up to 15 lower-case letters and digits`,
      });
    });
  }

  it('make a service token without a version, of the account and Region of the stack', () => {
    const stack = new Stack(quickApp(), 'stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    const token = stack.resolve(serviceTokenArn(stack, 'ecr-image', 'blue'));
    assert.equal(token, 'arn:aws:lambda:eu-west-1:111111111111:function:deploytime-blue-ecr-image');
  });
});
