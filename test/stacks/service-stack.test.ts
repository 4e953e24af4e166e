import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PermissionsBoundary } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { readEnvironment } from '../../handlers/environment.ts';
import { LAYER_LIMITS } from '../../handlers/layers/limits.ts';
import { ServiceStack, type ServiceStackProps } from '../../stacks/service-stack.ts';
import { flatResources, flatTemplate, getResource, quickApp } from './synthesis.ts';

/** Construct, name, resource type and memory of each provider. */
const PROVIDERS = [
  { id: 'EcrImage', name: 'ecr-image', type: 'Custom::EcrImage', memorySize: 1024 },
  { id: 'ImageTag', name: 'image-tag', type: 'Custom::ImageTag', memorySize: 256 },
  { id: 'LayerFingerprint', name: 'layer-fingerprint', type: 'Custom::LayerFingerprint', memorySize: 1024 },
  {
    id: 'ScheduledScaling',
    name: 'scheduled-scaling',
    type: 'Custom::ScheduledScaling',
    memorySize: 512,
  },
] as const;
const FUNCTIONS = [
  ...PROVIDERS,
  { id: 'ScalingStep', name: 'scaling-step' },
  { id: 'Undelivered', name: 'undelivered' },
] as const;
/** The table, the state machine, the rule and the queue; eleven alarms. And the dashboard is of the whole service. */
const OTHER_RESOURCES = 4 + 11 + 1;
/** Of a function's temporary storage, as long as nobody asks for more; in bytes. */
const LAMBDA_STORAGE_BYTES = 512 * 1024 * 1024;
const NETWORK = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };

function serviceStack(props: ServiceStackProps = {}): ServiceStack {
  return new ServiceStack(quickApp(), 'deploytime', props);
}

function variablesOf(stack: ServiceStack, id: string): Record<string, string> {
  const environment = getResource(stack, `${id}Function`).Properties.Environment as {
    Variables: Record<string, string>;
  };
  return environment.Variables;
}

describe('the service stack', () => {
  const stack = serviceStack();

  it('has one function for each resource type and one for the undelivered, by their fixed names', () => {
    const names = [...flatResources(stack).values()]
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName);
    assert.deepEqual(names.toSorted(), [
      'deploytime-ecr-image',
      'deploytime-image-tag',
      'deploytime-layer-fingerprint',
      'deploytime-scaling-step',
      'deploytime-scheduled-scaling',
      'deploytime-undelivered',
    ]);
  });

  for (const { id, name } of FUNCTIONS) {
    it(`runs ${name} on arm64 and Node 24, with traces and JSON lines in its own log group`, () => {
      const { Properties } = getResource(stack, `${id}Function`);
      assert.deepEqual(Properties.Architectures, ['arm64']);
      assert.equal(Properties.Runtime, 'nodejs24.x');
      assert.deepEqual(Properties.TracingConfig, { Mode: 'Active' });
      assert.deepEqual(Properties.LoggingConfig, { LogFormat: 'JSON', LogGroup: `<${id}Log>` });
      assert.equal(Properties.ReservedConcurrentExecutions, undefined);
    });

    it(`gives ${name} what handlers/environment.ts reads`, () => {
      const environment = readEnvironment({ ...variablesOf(stack, id), AWS_REGION: 'eu-west-1' });
      assert.equal(environment.partition, '<AWS::Partition>');
      assert.equal(environment.accountId, '<AWS::AccountId>');
      assert.equal(environment.urlSuffix, '<AWS::URLSuffix>');
      assert.equal(environment.endpointOverride, undefined);
      assert.equal(environment.registryHosts.size, 0);
      assert.deepEqual(environment.allowedSourceRegistries, []);
    });

    it(`keeps the log of ${name} for 90 days, and lets it go with the stack, so that it can be deployed again`, () => {
      const { Properties, DeletionPolicy } = getResource(stack, `${id}Log`);
      assert.deepEqual(Properties, { LogGroupName: `/aws/lambda/deploytime-${name}`, RetentionInDays: 90 });
      assert.equal(DeletionPolicy, 'Delete');
    });
  }

  for (const { id, name, type, memorySize } of PROVIDERS) {
    it(`lets ${name} run as long as Lambda allows, and gives it the CPU of ${memorySize} MB`, () => {
      const { Properties } = getResource(stack, `${id}Function`);
      assert.equal(Properties.Timeout, 900);
      assert.equal(Properties.MemorySize, memorySize);
    });

    it(`never retries ${name}, gives up its event after 900 seconds, and sends what failed to the undelivered`, () => {
      assert.deepEqual(getResource(stack, `${id}FunctionEventInvokeConfig`).Properties, {
        FunctionName: `<${id}Function>`,
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 900,
        DestinationConfig: { OnFailure: { Destination: '<UndeliveredFunction.Arn>' } },
      });
    });

    it(`puts the service token of ${name}, without a version, into an SSM parameter`, () => {
      assert.deepEqual(getResource(stack, `${id}ServiceTokenParameter`).Properties, {
        Name: `/deploytime/service-token/${name}`,
        Description: `The service token of ${type}`,
        Type: 'String',
        Value: `<${id}Function.Arn>`,
      });
    });
  }

  it("needs no more temporary storage than Lambda gives any function, as the largest layer's archive fits", () => {
    for (const { id } of FUNCTIONS) {
      assert.equal(getResource(stack, `${id}Function`).Properties.EphemeralStorage, undefined);
    }
    assert.ok(LAYER_LIMITS.archiveBytes < LAMBDA_STORAGE_BYTES);
  });

  it('tries the undelivered again while CloudFormation may still wait, and sends it nowhere else', () => {
    assert.deepEqual(getResource(stack, 'UndeliveredFunctionEventInvokeConfig').Properties, {
      FunctionName: '<UndeliveredFunction>',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
    });
  });

  it('exports nothing, since an import would block its removal', () => {
    const outputs = Object.entries(flatTemplate(stack).Outputs as Record<string, object>);
    assert.deepEqual(
      outputs,
      PROVIDERS.map(({ id }) => [`${id}ServiceToken`, { Value: `<${id}Function.Arn>` }]),
    );
  });

  it('has functions, roles, log groups, deliveries and parameters, what scheduled scaling needs, and what watches it', () => {
    const types = [...flatResources(stack).values()].map(({ Type }) => Type);
    assert.deepEqual([...new Set(types)].toSorted(), [
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SSM::Parameter',
      'AWS::StepFunctions::StateMachine',
    ]);
  });
});

describe('the stack properties', () => {
  it('put the qualifier into every name, and into what the metrics of a copy are told by', () => {
    const stack = serviceStack({ qualifier: 'blue' });
    for (const { id, name } of FUNCTIONS) {
      assert.equal(getResource(stack, `${id}Function`).Properties.FunctionName, `deploytime-blue-${name}`);
      assert.equal(variablesOf(stack, id).POWERTOOLS_SERVICE_NAME, 'deploytime-blue');
      assert.equal(
        getResource(stack, `${id}Log`).Properties.LogGroupName,
        `/aws/lambda/deploytime-blue-${name}`,
      );
    }
    for (const { id, name } of PROVIDERS) {
      assert.equal(
        getResource(stack, `${id}ServiceTokenParameter`).Properties.Name,
        `/deploytime-blue/service-token/${name}`,
      );
    }
  });

  it('leave no fixed name of the first copy to a second one', () => {
    const named = (stack: ServiceStack) =>
      [...flatResources(stack).values()].flatMap(({ Properties: p }) => [
        p.FunctionName,
        p.LogGroupName,
        p.Name,
        p.TableName,
        p.StateMachineName,
        p.QueueName,
        p.AlarmName,
        p.DashboardName,
      ]);
    const own = (name: unknown) => typeof name === 'string' && name.includes('deploytime');
    const first = named(serviceStack()).filter(own);
    const second = named(serviceStack({ qualifier: 'blue' })).filter(own);
    assert.equal(first.length, 2 * FUNCTIONS.length + PROVIDERS.length + OTHER_RESOURCES);
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
      ...variablesOf(stack, 'EcrImage'),
      AWS_REGION: 'eu-west-1',
    });
    assert.deepEqual(environment.allowedSourceRegistries, ['ghcr.io', 'registry.example.com:8443']);
    assert.deepEqual(
      [...environment.registryHosts],
      [['registry.example.com:8443', new URL('http://127.0.0.1:5000')]],
    );
    assert.deepEqual(environment.endpointOverride, new URL('http://127.0.0.1:4566'));
  });

  it('tell every function of the endpoint override, whose host it answers to', () => {
    const stack = serviceStack({ endpointOverride: 'http://127.0.0.1:4566' });
    for (const { id } of FUNCTIONS) {
      assert.equal(variablesOf(stack, id).AWS_ENDPOINT_URL, 'http://127.0.0.1:4566');
    }
  });

  it('set the retention of every log group', () => {
    const stack = serviceStack({ logRetention: RetentionDays.TWO_WEEKS });
    for (const { id } of FUNCTIONS) {
      assert.equal(getResource(stack, `${id}Log`).Properties.RetentionInDays, 14);
    }
  });

  it('set the permissions boundary of every role', () => {
    const stack = serviceStack({
      permissionsBoundary: PermissionsBoundary.fromArn('arn:aws:iam::111111111111:policy/boundary'),
    });
    for (const { id } of FUNCTIONS) {
      assert.equal(
        getResource(stack, `${id}Role`).Properties.PermissionsBoundary,
        'arn:aws:iam::111111111111:policy/boundary',
      );
    }
  });

  it('put the provider of images into the VPC, and none that asks AWS alone', () => {
    const stack = serviceStack({ network: NETWORK });
    assert.deepEqual(getResource(stack, 'EcrImageFunction').Properties.VpcConfig, {
      SubnetIds: NETWORK.subnetIds,
      SecurityGroupIds: NETWORK.securityGroupIds,
    });
    for (const { id } of FUNCTIONS.filter(({ name }) => name !== 'ecr-image')) {
      assert.equal(getResource(stack, `${id}Function`).Properties.VpcConfig, undefined);
    }
  });

  it('keep every function outside a VPC by default', () => {
    const stack = serviceStack();
    for (const { id } of FUNCTIONS) {
      assert.equal(getResource(stack, `${id}Function`).Properties.VpcConfig, undefined);
    }
  });
});
