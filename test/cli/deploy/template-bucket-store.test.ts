import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { S3TemplateBuckets } from '../../../cli/deploy/template-bucket-store.ts';
import { readBody, startLoopbackServer } from '../../support/registry/loopback-server.ts';

const NEVER = new AbortController().signal;
const ACCOUNT = '111122223333';

interface Call {
  /** `PUT ?policy` */
  readonly what: string;
  readonly body: string;
  readonly owner: string | undefined;
}

/** S3 for one bucket, as a script. @param statuses By `PUT ?policy`; default 200. */
async function open(
  context: TestContext,
  statuses: Readonly<Record<string, number>> = {},
  region = 'eu-central-1',
) {
  const calls: Call[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const { bytes } = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    assert.ok(pathname.startsWith('/bucket'), 'the bucket is in the path');
    searchParams.delete('x-id');
    const query = [...searchParams.keys()].map((key) => `?${key}`).join('');
    const what = `${request.method} ${pathname.slice('/bucket'.length).replace(/^\/$/, '')}${query}`.trim();
    const owner = request.headers['x-amz-expected-bucket-owner'];
    calls.push({ what, body: bytes.toString(), owner: owner?.toString() });
    response.statusCode = statuses[what] ?? 200;
    const isRefused = response.statusCode >= 300 && request.method !== 'HEAD';
    response.end(isRefused ? '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' : '');
  });
  context.after(() => server.close());
  const client = new S3Client({
    endpoint: server.origin,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  });
  context.after(() => client.destroy());
  const place = { partition: 'aws', accountId: ACCOUNT, region };
  return { calls, buckets: new S3TemplateBuckets(client, place) };
}

describe('a bucket', () => {
  const states = { 200: 'here', 404: 'missing', 403: 'refused', 301: 'elsewhere', 400: 'elsewhere' };
  for (const [status, state] of Object.entries(states)) {
    test(`is ${state} where S3 says ${status}, and it must be of this account`, async (context) => {
      const { calls, buckets } = await open(context, { HEAD: Number(status) });
      assert.equal(await buckets.look('bucket', NEVER), state);
      assert.equal(calls[0]?.owner, ACCOUNT);
    });
  }

  test('is not known where S3 is out of order', async (context) => {
    const { buckets } = await open(context, { HEAD: 503 });
    await assert.rejects(buckets.look('bucket', NEVER), { code: 'Unreachable' });
  });

  test('is made private, encrypted, for TLS alone, and emptied by itself', async (context) => {
    const { calls, buckets } = await open(context);
    await buckets.create('bucket', NEVER);
    assert.deepEqual(
      calls.map(({ what }) => what),
      ['PUT', 'PUT ?publicAccessBlock', 'PUT ?encryption', 'PUT ?policy', 'PUT ?lifecycle'],
    );
    const body = (what: string) => calls.find((call) => call.what === what)?.body ?? '';
    assert.match(body('PUT'), /<LocationConstraint>eu-central-1</);
    assert.equal(body('PUT ?publicAccessBlock').match(/>true</g)?.length, 4);
    assert.match(body('PUT ?encryption'), /AES256/);
    assert.match(body('PUT ?lifecycle'), /<Days>30<.*<DaysAfterInitiation>1</);
    const { Statement } = JSON.parse(body('PUT ?policy'));
    assert.deepEqual(Statement[0].Resource, ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*']);
    assert.deepEqual(Statement[0].Condition, { Bool: { 'aws:SecureTransport': 'false' } });
    assert.ok(calls.slice(1).every(({ owner }) => owner === ACCOUNT));
  });

  test('of the first Region is not told to be in it, which S3 would refuse', async (context) => {
    const { calls, buckets } = await open(context, {}, 'us-east-1');
    await buckets.create('bucket', NEVER);
    assert.equal(calls[0]?.body, '');
  });

  test('that can not be closed is taken away again', async (context) => {
    const { calls, buckets } = await open(context, { 'PUT ?policy': 403 });
    await assert.rejects(buckets.create('bucket', NEVER), {
      code: 'AccessDenied',
      message: /refused to create the bucket bucket; s3:PutBucketPolicy on it is needed/,
    });
    assert.equal(calls.at(-1)?.what, 'DELETE');
  });

  test('that can neither be closed nor taken away is told of', async (context) => {
    const { buckets } = await open(context, { 'PUT ?policy': 403, DELETE: 403 });
    await assert.rejects(buckets.create('bucket', NEVER), {
      code: 'AccessDenied',
      message: /\. The bucket bucket is there, and not as it should be: delete it$/,
    });
  });

  test('takes the template where it is of this account', async (context) => {
    const { calls, buckets } = await open(context);
    await buckets.put({ bucket: 'bucket', key: 'deploytime/a.json', body: '{}' }, NEVER);
    assert.deepEqual(calls, [{ what: 'PUT /deploytime/a.json', body: '{}', owner: ACCOUNT }]);
  });

  test('that refuses the template is a sentence', async (context) => {
    const { buckets } = await open(context, { 'PUT /k': 403 });
    await assert.rejects(buckets.put({ bucket: 'bucket', key: 'k', body: '{}' }, NEVER), {
      code: 'AccessDenied',
      message: /refused to take the template into the bucket bucket; s3:PutObject on k is needed/,
    });
  });
});
