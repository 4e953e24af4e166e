import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkResponseUrl, findRequestTime } from '../../../handlers/cloudformation/response-url.ts';

const CHINA = { region: 'cn-north-1', urlSuffix: 'amazonaws.com.cn' };
const VIRGINIA = { region: 'us-east-1', urlSuffix: 'amazonaws.com' };

describe('the ResponseURL', () => {
  for (const [host, place] of [
    ['cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com', VIRGINIA],
    ['cloudformation-custom-resource-response-useast1.s3-us-east-1.amazonaws.com', VIRGINIA],
    ['cloudformation-custom-resource-response-useast1.s3.amazonaws.com', VIRGINIA],
    ['cloudformation-custom-resource-response-useast1.s3.dualstack.us-east-1.amazonaws.com', VIRGINIA],
    ['cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn', CHINA],
  ] as const) {
    test(`may lead to ${host}`, () => {
      assert.equal(checkResponseUrl(`https://${host}/key?X-Amz-Date=1`, place).hostname, host);
    });
  }

  test('may lead to the endpoint override, over plain HTTP, and to no other port of that host', () => {
    const local = { ...VIRGINIA, endpointOverride: new URL('http://127.0.0.1:4566') };
    assert.equal(checkResponseUrl('http://127.0.0.1:4566/key', local).port, '4566');
    assert.throws(() => checkResponseUrl('http://127.0.0.1:4567/key?secret', local), {
      message:
        'The ResponseURL leads to http://127.0.0.1:4567, which is not where CloudFormation takes answers in us-east-1',
    });
  });

  test('tells when the request was made', () => {
    const url = (date: string) => `https://bucket.s3.amazonaws.com/key?X-Amz-Date=${date}&X-Amz-Expires=7200`;
    assert.equal(findRequestTime(url('20261120T184856Z')), Date.UTC(2026, 10, 20, 18, 48, 56));
    for (const date of ['', 'yesterday', '2026-11-20T18:48:56Z'])
      assert.equal(findRequestTime(url(date)), undefined);
    assert.equal(findRequestTime('no URL'), undefined);
  });
});
