import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readServiceContext } from '../../stacks/service-context.ts';
import { ServiceStack } from '../../stacks/service-stack.ts';
import { flatTemplate, getResource, testApp } from './synthesis.ts';

describe('the stack properties in the context', () => {
  it('are all optional', () => {
    const properties = Object.values(readServiceContext(testApp()));
    assert.deepEqual(
      properties.filter((value) => value !== undefined),
      [],
    );
  });

  it('are read from text, as the command line gives it', () => {
    const { permissionsBoundary, ...properties } = readServiceContext(
      testApp({
        'deploytime:Qualifier': 'blue',
        'deploytime:RepositoryPattern': 'app-*',
        'deploytime:ParameterPattern': '/shop/*',
        'deploytime:AllowedSourceRegistries': 'ghcr.io, quay.io',
        'deploytime:ReadableRegistries': '222222222222.dkr.ecr.us-west-2.amazonaws.com',
        'deploytime:ScalableTargets': 'docdb/orders, ecs/prod/*',
        'deploytime:AlarmTopicArn': 'arn:aws:sns:us-east-1:111111111111:operators',
        'deploytime:RegistryHosts': '{"registry.example.com":"http://127.0.0.1:5000"}',
        'deploytime:EndpointOverride': 'http://127.0.0.1:4566',
        'deploytime:LogRetention': '30',
        'deploytime:SubnetIds': 'subnet-01234567',
        'deploytime:SecurityGroupIds': 'sg-01234567',
      }),
    );
    assert.equal(permissionsBoundary, undefined);
    assert.deepEqual(properties, {
      qualifier: 'blue',
      repositoryPattern: 'app-*',
      parameterPattern: '/shop/*',
      allowedSourceRegistries: ['ghcr.io', 'quay.io'],
      readableRegistries: ['222222222222.dkr.ecr.us-west-2.amazonaws.com'],
      scalableTargets: ['docdb/orders', 'ecs/prod/*'],
      alarmTopicArn: 'arn:aws:sns:us-east-1:111111111111:operators',
      registryHosts: { 'registry.example.com': 'http://127.0.0.1:5000' },
      endpointOverride: 'http://127.0.0.1:4566',
      logRetention: 30,
      network: { subnetIds: ['subnet-01234567'], securityGroupIds: ['sg-01234567'] },
    });
  });

  it('are read from JSON, as cdk.json gives it', () => {
    const properties = readServiceContext(
      testApp({
        'deploytime:AllowedSourceRegistries': ['ghcr.io'],
        'deploytime:RegistryHosts': { 'registry.example.com': 'http://127.0.0.1:5000' },
        'deploytime:LogRetention': 30,
      }),
    );
    assert.deepEqual(properties.allowedSourceRegistries, ['ghcr.io']);
    assert.deepEqual(properties.registryHosts, { 'registry.example.com': 'http://127.0.0.1:5000' });
    assert.equal(properties.logRetention, 30);
  });

  it('count as not set where they are empty, so that a script can always pass them', () => {
    const app = testApp({
      'deploytime:Qualifier': '',
      'deploytime:RegistryHosts': '',
      'deploytime:SubnetIds': '',
    });
    const { qualifier, registryHosts, network } = readServiceContext(app);
    assert.deepEqual([qualifier, registryHosts, network], [undefined, undefined, undefined]);
  });

  for (const [nameOrArn, expected] of [
    ['arn:aws:iam::111111111111:policy/boundary', 'arn:aws:iam::111111111111:policy/boundary'],
    ['boundary', 'arn:<AWS::Partition>:iam::<AWS::AccountId>:policy/boundary'],
  ] as const) {
    it(`take ${nameOrArn} for a permissions boundary`, () => {
      const app = testApp({ 'deploytime:PermissionsBoundary': nameOrArn });
      const stack = new ServiceStack(app, 'deploytime', readServiceContext(app));
      assert.equal(getResource(stack, 'EcrImageRole').Properties.PermissionsBoundary, expected);
    });
  }

  it('may stand beside a DeploymentId, which is of the stacks that use the service', () => {
    const properties = readServiceContext(testApp({ 'deploytime:DeploymentId': '7' }));
    assert.deepEqual(
      Object.values(properties).filter((value) => value !== undefined),
      [],
    );
  });

  it('are refused under a name that does not exist, with the names that do', () => {
    assert.throws(() => readServiceContext(testApp({ 'deploytime:repositoryPattern': 'app-*' })), {
      message:
        'The context has deploytime:repositoryPattern; allowed are deploytime:AlarmTopicArn, ' +
        'deploytime:AllowedSourceRegistries, deploytime:EndpointOverride, deploytime:LogRetention, ' +
        'deploytime:ParameterPattern, deploytime:PermissionsBoundary, deploytime:Qualifier, ' +
        'deploytime:ReadableRegistries, deploytime:RegistryHosts, deploytime:RepositoryPattern, ' +
        'deploytime:ScalableTargets, deploytime:SecurityGroupIds, deploytime:SubnetIds, ' +
        'deploytime:DeploymentId',
    });
  });

  for (const [key, value, allowed] of [
    ['deploytime:RegistryHosts', '[1]', 'a JSON object of texts'],
    ['deploytime:RegistryHosts', 'ghcr.io=http://x', 'a JSON object of texts'],
    ['deploytime:LogRetention', 'month', 'a number'],
    ['deploytime:AllowedSourceRegistries', { a: 'b' }, 'a list of texts, or a text with commas'],
    ['deploytime:Qualifier', ['blue'], 'a text'],
  ] as const) {
    it(`are refused as ${JSON.stringify(value)} for ${key}`, () => {
      assert.throws(() => readServiceContext(testApp({ [key]: value })), {
        message: `The context has ${key} = ${JSON.stringify(value)}; it must be ${allowed}`,
      });
    });
  }

  it('give a stack that has no more than the context asks for', () => {
    const fromContext = testApp();
    const plain = testApp();
    assert.deepEqual(
      flatTemplate(new ServiceStack(fromContext, 'deploytime', readServiceContext(fromContext))),
      flatTemplate(new ServiceStack(plain, 'deploytime')),
    );
  });
});
