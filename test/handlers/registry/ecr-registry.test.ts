import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEcrRegistry } from '../../../handlers/registry/ecr-registry.ts';

const HOSTS: readonly [host: string, region: string, fips: boolean][] = [
  ['111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'eu-west-1', false],
  ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1', true],
  ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1', false],
  ['111122223333.dkr-ecr.us-east-1.on.aws', 'us-east-1', false],
  ['111122223333.dkr-ecr-fips.us-east-1.on.aws', 'us-east-1', true],
];
for (const [host, region, fips] of HOSTS) {
  test(`${host} is a private ECR registry`, () => {
    assert.deepEqual(findEcrRegistry(host), { accountId: '111122223333', region, fips });
  });
}

for (const host of [
  'public.ecr.aws',
  'docker.io',
  '11112222333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.test',
  'x.111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.evil.test',
  '111122223333.dkr.ecr.evil.test/.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com:8443',
]) {
  test(`${host} is none, and gets no ECR login`, () => {
    assert.equal(findEcrRegistry(host), undefined);
  });
}
