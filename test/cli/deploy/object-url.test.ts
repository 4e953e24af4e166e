import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { objectUrl } from '../../../cli/deploy/object-url.ts';

const CASES: readonly (readonly [
  partition: string,
  region: string,
  endpoint: string | undefined,
  url: string,
])[] = [
  ['aws', 'eu-central-1', undefined, 'https://bucket.s3.eu-central-1.amazonaws.com/a/b.json'],
  ['aws-us-gov', 'us-gov-west-1', undefined, 'https://bucket.s3.us-gov-west-1.amazonaws.com/a/b.json'],
  ['aws-cn', 'cn-north-1', undefined, 'https://bucket.s3.cn-north-1.amazonaws.com.cn/a/b.json'],
  ['aws-eusc', 'eusc-de-east-1', undefined, 'https://bucket.s3.eusc-de-east-1.amazonaws.eu/a/b.json'],
  ['aws', 'us-east-1', 'http://127.0.0.1:4566', 'http://127.0.0.1:4566/bucket/a/b.json'],
  ['aws', 'us-east-1', 'http://127.0.0.1:4566/', 'http://127.0.0.1:4566/bucket/a/b.json'],
];

describe('where CloudFormation finds the template', () => {
  for (const [partition, region, endpoint, url] of CASES) {
    test(`in ${partition} at ${endpoint ?? 'AWS'}: ${url}`, () => {
      assert.equal(objectUrl({ bucket: 'bucket', key: 'a/b.json', endpoint }, { partition, region }), url);
    });
  }
});
