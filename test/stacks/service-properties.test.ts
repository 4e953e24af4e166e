import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { checkServiceProperties, type ServiceProperties } from '../../stacks/service-properties.ts';
import { ServiceStack } from '../../stacks/service-stack.ts';
import { quickApp } from './synthesis.ts';

const SUBNET = 'subnet-0123456789abcdef0';
const FOREIGN_ECR = '222222222222.dkr.ecr.us-west-2.amazonaws.com';
const SECURITY_GROUP = 'sg-0123456789abcdef0';

const ALLOWED: [string, ServiceProperties][] = [
  ['nothing', {}],
  ['a qualifier', { qualifier: 'blue2' }],
  ['a pattern with wildcards and folders', { repositoryPattern: 'team/app-?-*' }],
  ['a pattern for every repository', { repositoryPattern: '*' }],
  ['a pattern of parameters with levels', { parameterPattern: '/shop/*/image-?ag' }],
  ['a pattern of parameters without the first slash', { parameterPattern: 'shop/Release_1.tag' }],
  ['a pattern for every parameter', { parameterPattern: '*' }],
  ['a pattern as long as a name may be', { parameterPattern: 'a'.repeat(1011) }],
  ['hosts with and without a port', { allowedSourceRegistries: ['ghcr.io', 'localhost:5000'] }],
  ['an ECR registry of another account', { readableRegistries: [FOREIGN_ECR] }],
  [
    'an ECR registry that is readable and allowed',
    { readableRegistries: [FOREIGN_ECR], allowedSourceRegistries: ['ghcr.io', FOREIGN_ECR] },
  ],
  ['targets by their names', { scalableTargets: ['docdb/orders', 'ecs/prod/Batch_1'] }],
  ['targets by patterns', { scalableTargets: ['docdb/*', 'ecs/pro?/*', 'ecs/*/batch'] }],
  ['a topic for the alarms', { alarmTopicArn: 'arn:aws-cn:sns:cn-north-1:111111111111:op_1' }],
  ['a map of hosts', { registryHosts: { 'registry.example.com': 'http://127.0.0.1:5000/proxy' } }],
  ['an endpoint', { endpointOverride: 'http://127.0.0.1:4566' }],
  ['a network', { network: { subnetIds: [SUBNET], securityGroupIds: [SECURITY_GROUP] } }],
  ['logs for ever', { logRetention: RetentionDays.INFINITE }],
];

const REFUSED_PARAMETER_PATTERNS: [string, string][] = [
  ['the ARN of a parameter', 'arn:aws:ssm:eu-west-1:111111111111:parameter/shop'],
  ['nothing', ''],
  ['a name that ends in a slash', '/shop/'],
  ['a name with an empty level', '/shop//tag'],
  ['a name with a version', '/shop/tag:1'],
  ["a name with what begins IAM's variables", '/shop/$'],
  ['a name with a line break', '/shop/*\n'],
  ['a name that is too long', 'a'.repeat(1012)],
];

const REFUSED_TARGETS: [string, string][] = [
  ['names no cluster', 'docdb/'],
  ['names no service', 'ecs/prod'],
  ['has a name too many', 'ecs/prod/batch/1'],
  ['is of no kind', 'rds/orders'],
  ['is an ARN', 'arn:aws:rds:eu-west-1:111111111111:cluster:orders'],
  ['has letters that no cluster has', 'docdb/Orders'],
  ["has what begins IAM's variables", 'ecs/prod/$'],
  ['holds a comma', 'docdb/orders,docdb/users'],
  ['is everything', '*'],
];

const REFUSED_TOPICS: [string, string][] = [
  ['is a name', 'operators'],
  ['is FIFO', 'arn:aws:sns:us-east-1:111111111111:operators.fifo'],
  ['is a queue', 'arn:aws:sqs:us-east-1:111111111111:operators'],
];

const REFUSED: [string, ServiceProperties, string][] = [
  [
    'a qualifier in upper case',
    { qualifier: 'Blue' },
    'Qualifier is "Blue"; it must be empty, or a lower-case letter and up to 15 lower-case letters and digits',
  ],
  [
    'a pattern that is an ARN',
    { repositoryPattern: 'arn:aws:ecr:eu-west-1:111111111111:repository/app' },
    'RepositoryPattern is "arn:aws:ecr:eu-west-1:111111111111:repository/app"; it must be a repository\'s name, in which * stands for any characters and ? for one',
  ],
  [
    'an empty pattern',
    { repositoryPattern: '' },
    'RepositoryPattern is ""; it must be a repository\'s name, in which * stands for any characters and ? for one',
  ],
  ...REFUSED_PARAMETER_PATTERNS.map(([what, parameterPattern]): [string, ServiceProperties, string] => [
    `a pattern of parameters that is ${what}`,
    { parameterPattern },
    `ParameterPattern is "${parameterPattern}"; it must be the name of an SSM parameter, as in /shop/*, in which * stands for any characters and ? for one`,
  ]),
  ...REFUSED_TARGETS.map(([what, pattern]): [string, ServiceProperties, string] => [
    `a target that ${what}`,
    { scalableTargets: ['docdb/orders', pattern] },
    `ScalableTargets has "${pattern}"; it must be docdb/<cluster> or ecs/<cluster>/<service>, in which * stands for any characters and ? for one`,
  ]),
  [
    'more targets than a role has room for',
    { scalableTargets: Array.from({ length: 13 }, (_, i) => `docdb/orders-${i}`) },
    'ScalableTargets has 13 patterns of 197 bytes; a role has room for 12 of 600. Set the tag deploytime:scaling=true on the targets instead',
  ],
  [
    'targets with longer names than a role has room for',
    { scalableTargets: Array.from({ length: 3 }, (_, i) => `ecs/${'c'.repeat(200)}/${i}`) },
    'ScalableTargets has 3 patterns of 620 bytes; a role has room for 12 of 600. Set the tag deploytime:scaling=true on the targets instead',
  ],
  ...REFUSED_TOPICS.map(([what, alarmTopicArn]): [string, ServiceProperties, string] => [
    `a topic that ${what}`,
    { alarmTopicArn },
    `AlarmTopicArn is "${alarmTopicArn}"; it must be the ARN of an SNS topic that is not FIFO, as in arn:aws:sns:us-east-1:111122223333:operators`,
  ]),
  [
    'a registry with its scheme',
    { allowedSourceRegistries: ['ghcr.io', 'https://quay.io'] },
    'AllowedSourceRegistries has "https://quay.io"; it must be a host with an optional port, in lower case, as in ghcr.io',
  ],
  [
    'a registry with a comma',
    { allowedSourceRegistries: ['ghcr.io,quay.io'] },
    'AllowedSourceRegistries has "ghcr.io,quay.io"; it must be a host with an optional port, in lower case, as in ghcr.io',
  ],
  [
    'a readable registry that is no ECR',
    { readableRegistries: ['ghcr.io'] },
    'ReadableRegistries has "ghcr.io"; it must be the host of a private ECR registry, as in 111122223333.dkr.ecr.us-east-1.amazonaws.com',
  ],
  [
    'a readable registry with its scheme',
    { readableRegistries: [`https://${FOREIGN_ECR}`] },
    `ReadableRegistries has "https://${FOREIGN_ECR}"; it must be the host of a private ECR registry, as in 111122223333.dkr.ecr.us-east-1.amazonaws.com`,
  ],
  [
    'a readable registry that no source may be in',
    { readableRegistries: [FOREIGN_ECR], allowedSourceRegistries: ['ghcr.io'] },
    `ReadableRegistries has "${FOREIGN_ECR}", which AllowedSourceRegistries leaves out; name it in both`,
  ],
  [
    'a map to something that is no URL',
    { registryHosts: { 'ghcr.io': '127.0.0.1:5000' } },
    'RegistryHosts maps ghcr.io to "127.0.0.1:5000"; it must be an http or https URL without query and credentials',
  ],
  [
    'an endpoint of another scheme',
    { endpointOverride: 'ftp://127.0.0.1' },
    'EndpointOverride is "ftp://127.0.0.1"; it must be an http or https URL without query and credentials',
  ],
  [
    'subnets without a security group',
    { network: { subnetIds: [SUBNET], securityGroupIds: [] } },
    'SecurityGroupIds has 0 ids; it must have 1 to 5',
  ],
  [
    'a subnet that is a VPC',
    { network: { subnetIds: ['vpc-0123456789abcdef0'], securityGroupIds: [SECURITY_GROUP] } },
    'SubnetIds has "vpc-0123456789abcdef0"; it must be a subnet\'s id, as in subnet-0123456789abcdef0',
  ],
];

describe('checking the stack properties', () => {
  for (const [what, properties] of ALLOWED) {
    it(`allows ${what}`, () => checkServiceProperties(properties));
  }

  for (const [what, properties, mistake] of REFUSED) {
    it(`refuses ${what} in a sentence`, () => {
      assert.throws(() => checkServiceProperties(properties), {
        message: `The service stack's properties are wrong: ${mistake}`,
      });
    });
  }

  it('refuses a retention that CloudWatch Logs does not have, and names those that it has', () => {
    assert.throws(
      () => checkServiceProperties({ logRetention: 10 as RetentionDays }),
      /LogRetention is 10; it must be one of 1, 3, 5, 7, 14, .*3653, 9999 days$/,
    );
  });

  for (const url of [
    'https://user:hunter2@proxy.example.com',
    'user:hunter2@proxy',
    'https://proxy?key=hunter2',
  ]) {
    it(`refuses ${url.replace('hunter2', '…')}, and does not print the secret in it`, () => {
      for (const properties of [{ registryHosts: { 'ghcr.io': url } }, { endpointOverride: url }]) {
        assert.throws(
          () => checkServiceProperties(properties),
          ({ message }: Error) =>
            message.includes('without query and credentials') && !message.includes('hunter2'),
        );
      }
    });
  }

  it('refuses more registries than fit into the environment of a function', () => {
    const allowedSourceRegistries = Array.from({ length: 200 }, (_, i) => `registry-${i}.example.com`);
    assert.throws(
      () => checkServiceProperties({ allowedSourceRegistries }),
      /AllowedSourceRegistries and RegistryHosts have \d+ bytes together; Lambda has room for 3000$/,
    );
  });

  it('names all the mistakes at once', () => {
    assert.throws(
      () => checkServiceProperties({ qualifier: 'Blue', repositoryPattern: '', endpointOverride: 'here' }),
      /Qualifier is "Blue".*; RepositoryPattern is "".*; EndpointOverride is "here"/,
    );
  });

  it('happens when the stack is made', () => {
    assert.throws(
      () => new ServiceStack(quickApp(), 'deploytime', { qualifier: 'Blue' }),
      /Qualifier is "Blue"/,
    );
  });
});
