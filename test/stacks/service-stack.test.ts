import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PermissionsBoundary } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { readEnvironment } from '../../handlers/environment.ts';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { flatResources, flatTemplate, getResource, quickApp } from './synthesis.ts';

const FUNCTIONS = ['EcrImageFunction', 'UndeliveredFunction'];
const NETWORK = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };

function serviceStack(props: ServiceStackProps = {}): ServiceStack {
  return new ServiceStack(quickApp(), 'deploytime', props);
}

function variablesOf(stack: ServiceStack, id: string): Record<string, string> {
  const environment = getResource(stack, id).Properties.Environment as { Variables: Record<string, string> };
  return environment.Variables;
}

describe('the service stack', () => {
  const stack = serviceStack();

  it('has one function for each resource type and one for the undelivered, by their fixed names', () => {
    const names = [...flatResources(stack).values()]
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName);
    assert.deepEqual(names.toSorted(), ['deploytime-ecr-image', 'deploytime-undelivered']);
  });

  for (const id of FUNCTIONS) {
    it(`runs ${id} on arm64 and Node 24, with traces and JSON lines in its own log group`, () => {
      const { Properties } = getResource(stack, id);
      assert.deepEqual(Properties.Architectures, ['arm64']);
      assert.equal(Properties.Runtime, 'nodejs24.x');
      assert.deepEqual(Properties.TracingConfig, { Mode: 'Active' });
      const logGroup = id.replace('Function', 'Log');
      assert.deepEqual(Properties.LoggingConfig, { LogFormat: 'JSON', LogGroup: `<${logGroup}>` });
      assert.equal(Properties.ReservedConcurrentExecutions, undefined);
    });

    it(`gives ${id} what handlers/environment.ts reads`, () => {
      const environment = readEnvironment({ ...variablesOf(stack, id), AWS_REGION: 'eu-west-1' });
      assert.equal(environment.partition, '<AWS::Partition>');
      assert.equal(environment.accountId, '<AWS::AccountId>');
      assert.equal(environment.urlSuffix, '<AWS::URLSuffix>');
      assert.equal(environment.endpointOverride, undefined);
      assert.equal(environment.registryHosts.size, 0);
      assert.deepEqual(environment.allowedSourceRegistries, []);
    });
  }

  it('lets the provider run as long as Lambda allows, and gives it the CPU of 1024 MB', () => {
    const { Properties } = getResource(stack, 'EcrImageFunction');
    assert.equal(Properties.Timeout, 900);
    assert.equal(Properties.MemorySize, 1024);
  });

  it('never retries a provider, gives up its event after 900 seconds, and sends what failed to the undelivered', () => {
    assert.deepEqual(getResource(stack, 'EcrImageFunctionEventInvokeConfig').Properties, {
      FunctionName: '<EcrImageFunction>',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: '<UndeliveredFunction.Arn>' } },
    });
  });

  it('tries the undelivered again while CloudFormation may still wait, and sends it nowhere else', () => {
    assert.deepEqual(getResource(stack, 'UndeliveredFunctionEventInvokeConfig').Properties, {
      FunctionName: '<UndeliveredFunction>',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
    });
  });

  it('keeps logs for 90 days, and lets them go with the stack, so that it can be deployed again', () => {
    for (const name of ['ecr-image', 'undelivered']) {
      const { Properties, DeletionPolicy } = getResource(
        stack,
        name === 'ecr-image' ? 'EcrImageLog' : 'UndeliveredLog',
      );
      assert.deepEqual(Properties, { LogGroupName: `/aws/lambda/deploytime-${name}`, RetentionInDays: 90 });
      assert.equal(DeletionPolicy, 'Delete');
    }
  });

  it('puts the service token, without a version, into an SSM parameter', () => {
    assert.deepEqual(getResource(stack, 'EcrImageServiceTokenParameter').Properties, {
      Name: '/deploytime/service-token/ecr-image',
      Description: 'The service token of Custom::EcrImage',
      Type: 'String',
      Value: '<EcrImageFunction.Arn>',
    });
  });

  it('exports nothing, since an import would block its removal', () => {
    const outputs = Object.entries(flatTemplate(stack).Outputs as Record<string, object>);
    assert.deepEqual(outputs, [['EcrImageServiceToken', { Value: '<EcrImageFunction.Arn>' }]]);
  });

  it('has nothing beside functions, roles, log groups, deliveries and parameters', () => {
    const types = [...flatResources(stack).values()].map(({ Type }) => Type);
    assert.deepEqual([...new Set(types)].toSorted(), [
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::SSM::Parameter',
    ]);
  });
});

describe('the stack properties', () => {
  it('put the qualifier into every name', () => {
    const stack = serviceStack({ qualifier: 'blue' });
    assert.equal(getResource(stack, 'EcrImageFunction').Properties.FunctionName, 'deploytime-blue-ecr-image');
    assert.equal(
      getResource(stack, 'UndeliveredFunction').Properties.FunctionName,
      'deploytime-blue-undelivered',
    );
    assert.equal(
      getResource(stack, 'EcrImageLog').Properties.LogGroupName,
      '/aws/lambda/deploytime-blue-ecr-image',
    );
    assert.equal(
      getResource(stack, 'EcrImageServiceTokenParameter').Properties.Name,
      '/deploytime-blue/service-token/ecr-image',
    );
  });

  it('leave no fixed name of the first copy to a second one', () => {
    const named = (stack: ServiceStack) =>
      [...flatResources(stack).values()].flatMap(({ Properties: p }) => [
        p.FunctionName,
        p.LogGroupName,
        p.Name,
      ]);
    const own = (name: unknown) => typeof name === 'string' && name.includes('deploytime');
    const first = named(serviceStack()).filter(own);
    const second = named(serviceStack({ qualifier: 'blue' })).filter(own);
    assert.equal(first.length, 5);
    assert.deepEqual(
      second.filter((name) => first.includes(name)),
      [],
    );
  });

  it('reach the provider of images as it reads them', () => {
    const stack = serviceStack({
      allowedSourceRegistries: ['ghcr.io', 'registry.example.com:8443'],
      registryHosts: { 'registry.example.com:8443': 'http://127.0.0.1:5000' },
      endpointOverride: 'http://127.0.0.1:4566',
    });
    const environment = readEnvironment({
      ...variablesOf(stack, 'EcrImageFunction'),
      AWS_REGION: 'eu-west-1',
    });
    assert.deepEqual(environment.allowedSourceRegistries, ['ghcr.io', 'registry.example.com:8443']);
    assert.deepEqual(
      [...environment.registryHosts],
      [['registry.example.com:8443', new URL('http://127.0.0.1:5000')]],
    );
    assert.deepEqual(environment.endpointOverride, new URL('http://127.0.0.1:4566'));
  });

  it('tell the undelivered of the endpoint override, whose host it answers to', () => {
    const stack = serviceStack({ endpointOverride: 'http://127.0.0.1:4566' });
    assert.equal(variablesOf(stack, 'UndeliveredFunction').AWS_ENDPOINT_URL, 'http://127.0.0.1:4566');
  });

  it('set the retention of every log group', () => {
    const stack = serviceStack({ logRetention: RetentionDays.TWO_WEEKS });
    assert.equal(getResource(stack, 'EcrImageLog').Properties.RetentionInDays, 14);
    assert.equal(getResource(stack, 'UndeliveredLog').Properties.RetentionInDays, 14);
  });

  it('set the permissions boundary of every role', () => {
    const stack = serviceStack({
      permissionsBoundary: PermissionsBoundary.fromArn('arn:aws:iam::111111111111:policy/boundary'),
    });
    for (const id of ['EcrImageRole', 'UndeliveredRole']) {
      assert.equal(
        getResource(stack, id).Properties.PermissionsBoundary,
        'arn:aws:iam::111111111111:policy/boundary',
      );
    }
  });

  it('put the provider of images into the VPC, and never the undelivered', () => {
    const stack = serviceStack({ network: NETWORK });
    assert.deepEqual(getResource(stack, 'EcrImageFunction').Properties.VpcConfig, {
      SubnetIds: NETWORK.subnetIds,
      SecurityGroupIds: NETWORK.securityGroupIds,
    });
    assert.equal(getResource(stack, 'UndeliveredFunction').Properties.VpcConfig, undefined);
  });

  it('keep every function outside a VPC by default', () => {
    const stack = serviceStack();
    for (const id of FUNCTIONS) assert.equal(getResource(stack, id).Properties.VpcConfig, undefined);
  });
});
