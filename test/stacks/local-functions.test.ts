import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PROVIDER_EVENT_AGE_SECONDS,
  SERVICE_FUNCTION_NAMES,
  serviceFunction,
} from '../../local/runtime/service-function.ts';
import { ServiceStack } from '../../stacks/service-stack.ts';
import { flatResources, testApp } from './synthesis.ts';

test('A function on this machine is configured as the deployed one', () => {
  const stack = new ServiceStack(testApp(), 'service', { endpointOverride: 'http://127.0.0.1:4566' });
  const resources = [...flatResources(stack).values()];
  const deployed = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function');
  assert.equal(deployed.length, SERVICE_FUNCTION_NAMES.length);
  for (const name of SERVICE_FUNCTION_NAMES) {
    const local = serviceFunction(name, '/', {
      region: 'us-east-1',
      accountId: '111122223333',
      responseEndpoint: new URL('http://127.0.0.1:4566'),
    });
    const properties = deployed.find(
      ({ Properties }) => Properties.FunctionName === local.functionName,
    )?.Properties;
    assert.ok(properties, `The stack has no ${local.functionName}`);
    assert.equal(local.memoryMb, properties.MemorySize);
    assert.equal(local.timeoutSeconds, properties.Timeout);
    assert.equal(properties.Handler, 'index.handler');
    const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
    const missing = Object.keys(Variables).filter((variable) => !(variable in (local.environment ?? {})));
    assert.deepEqual(missing, []);
  }
  const ages = resources
    .filter(({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig')
    .map(({ Properties }) => Properties.MaximumEventAgeInSeconds);
  assert.ok(ages.includes(PROVIDER_EVENT_AGE_SECONDS), String(ages));
});
