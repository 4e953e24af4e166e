import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { PROVIDER_EVENT_AGE_SECONDS } from '../../cli/doctor/service-part.ts';
import * as command from '../../cli/service/service-name.ts';
import { FUNCTION_LIMITS } from '../../stacks/function-limits.ts';
import {
  FUNCTION_NAMES,
  functionName,
  scalingResourceName,
  servicePrefix,
  serviceTokenArn,
  serviceTokenParameterName,
} from '../../stacks/service-name.ts';
import { quickApp } from './synthesis.ts';

/* The command line is one file without the CDK, so it has the service's names once more. */

describe('the names that the command line goes by are those of the service', () => {
  for (const qualifier of ['', 'blue']) {
    it(`with the qualifier "${qualifier}"`, () => {
      assert.deepEqual(command.SERVICE_FUNCTIONS.toSorted(), [...FUNCTION_NAMES].toSorted());
      assert.equal(command.servicePrefix(qualifier), servicePrefix(qualifier));
      assert.equal(
        command.deadLetterQueueName(qualifier),
        scalingResourceName('scaling-dead-letters', qualifier),
      );
      assert.equal(command.sweepRuleName(qualifier), scalingResourceName('scaling-sweep', qualifier));
      const env = { account: '111122223333', region: 'eu-west-1' };
      const stack = new Stack(quickApp(), 'stack', { env });
      const place = { partition: 'aws', accountId: env.account, region: env.region, qualifier };
      for (const name of command.SERVICE_FUNCTIONS) {
        assert.equal(command.functionName(name, qualifier), functionName(name, qualifier));
      }
      for (const name of command.PROVIDERS) {
        assert.equal(
          command.serviceTokenParameterName(name, qualifier),
          serviceTokenParameterName(name, qualifier),
        );
        assert.equal(
          command.serviceTokenArn(name, place),
          stack.resolve(serviceTokenArn(stack, name, qualifier)),
        );
      }
    });
  }

  it('and so is how long an event of a provider may wait', () => {
    for (const name of command.PROVIDERS) {
      assert.equal(PROVIDER_EVENT_AGE_SECONDS, FUNCTION_LIMITS[name].maxEventAge.toSeconds());
    }
  });

  for (const [qualifier, isAllowed] of [
    ['blue', true],
    ['b1', true],
    ['Blue', false],
    ['1st', false],
    ['a-b', false],
    ['a'.repeat(16), true],
    ['a'.repeat(17), false],
  ] as const) {
    it(`and the qualifier "${qualifier}" is ${isAllowed ? 'allowed' : 'refused'} by both`, () => {
      assert.equal(command.QUALIFIER_SHAPE.test(qualifier), isAllowed);
      const read = () => servicePrefix(qualifier);
      if (isAllowed) read();
      else assert.throws(read);
    });
  }
});
