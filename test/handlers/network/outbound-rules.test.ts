import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isResponseHost } from '../../../handlers/cloudformation/response-url.ts';
import type { Environment } from '../../../handlers/environment.ts';
import { outboundRulesOf } from '../../../handlers/network/outbound-rules.ts';
import { findEcrRegistry } from '../../../handlers/registry/ecr-registry.ts';
import { testEnvironment } from '../../support/provider/provider.ts';

/** In us-east-1, and in Beijing. */
const HERE: Environment = testEnvironment();
const CHINA: Environment = { ...HERE, region: 'cn-north-1', urlSuffix: 'amazonaws.com.cn' };

const mayBePrivate = (host: string, environment: Environment) =>
  outboundRulesOf(environment).mayBePrivate?.(host) ?? false;

describe('a VPC endpoint may stand behind', () => {
  const REGISTRIES: readonly [host: string, environment: Environment][] = [
    ['111122223333.dkr.ecr.us-east-1.amazonaws.com', HERE],
    ['999999999999.dkr.ecr.us-east-1.amazonaws.com', HERE],
    ['111122223333.dkr.ecr-fips.us-east-1.amazonaws.com', HERE],
    ['111122223333.dkr-ecr.us-east-1.on.aws', HERE],
    ['111122223333.dkr-ecr-fips.us-east-1.on.aws', HERE],
    ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', CHINA],
    ['111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', CHINA],
  ];
  for (const [host, environment] of REGISTRIES) {
    test(`the registry ${host}`, () => {
      assert.ok(mayBePrivate(host, environment));
      assert.equal(findEcrRegistry(host)?.region, environment.region);
    });
  }

  const BUCKET = 'cloudformation-custom-resource-response-useast1';
  for (const host of [
    `${BUCKET}.s3.us-east-1.amazonaws.com`,
    `${BUCKET}.s3-us-east-1.amazonaws.com`,
    `${BUCKET}.s3.dualstack.us-east-1.amazonaws.com`,
    `${BUCKET}.s3.amazonaws.com`,
  ]) {
    test(`CloudFormation's ${host}`, () => {
      assert.ok(mayBePrivate(host, HERE));
      assert.ok(isResponseHost(host, HERE));
    });
  }

  test("ECR's layers, and S3 itself", () => {
    assert.ok(mayBePrivate('prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com', HERE));
    assert.ok(mayBePrivate('s3.us-east-1.amazonaws.com', HERE));
  });
});

describe('nothing private may stand behind', () => {
  for (const host of [
    // another Region
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    '111122223333.dkr-ecr.eu-west-1.on.aws',
    'layers.s3.eu-west-1.amazonaws.com',
    'layers.s3-eu-west-1.amazonaws.com',
    // another partition
    '111122223333.dkr.ecr.us-east-1.amazonaws.com.cn',
    // look-alikes
    '111122223333.dkr.ecr.us-east-1.amazonaws.com.example.com',
    'x.111122223333.dkr.ecr.us-east-1.amazonaws.com',
    '11112222333.dkr.ecr.us-east-1.amazonaws.com',
    '111122223333.dkrxecr.us-east-1.amazonaws.com',
    '111122223333.dkr.ecr.us-east-1xamazonaws.com',
    '111122223333.dkr-ecr.us-east-1.on.aws.example.com',
    '.dkr.ecr.us-east-1.amazonaws.com',
    'dkr.ecr.us-east-1.amazonaws.com',
    'evil.s3.us-east-1.amazonaws.com.example.com',
    'evils3.us-east-1.amazonaws.com',
    'evil-s3.us-east-1.amazonaws.com',
    'evils3.amazonaws.com',
    // names that lead where an owner likes
    'ec2-1-2-3-4.compute-1.amazonaws.com',
    'abc.lambda-url.us-east-1.on.aws',
    'name-1234.us-east-1.elb.amazonaws.com',
    'registry.example',
  ]) {
    test(host, () => assert.equal(mayBePrivate(host, HERE), false));
  }
});
