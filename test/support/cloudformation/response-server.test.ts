import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { putOnce } from './controls/put-answer.ts';
import { type ResponseServer, startResponseServer, URL_VALID_SECONDS } from './response-server.ts';

const BODY = Buffer.from('{"Status":"SUCCESS","Reason":"für später"}');
const TARGET = {
  stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example/0a1b',
  logicalId: 'Image',
  requestId: '5d478078-13e9-baf0-464a-7ef285ecc786',
  region: 'us-east-1',
};

async function start(context: TestContext): Promise<ResponseServer> {
  const server = await startResponseServer();
  context.after(() => server.stop());
  return server;
}

describe('The response server', () => {
  test('issues URLs in the form of CloudFormation', async (context) => {
    const server = await start(context);
    const signedAt = new Date('2026-11-20T10:20:30.456Z');
    const url = new URL(server.issue({ ...TARGET, signedAt }).url);
    assert.equal(url.origin, server.origin);
    assert.equal(
      decodeURIComponent(url.pathname),
      `/${TARGET.stackId}|${TARGET.logicalId}|${TARGET.requestId}`,
    );
    assert.ok(url.pathname.includes('%3A') && url.pathname.includes('%7C'), url.pathname);
    assert.equal(url.searchParams.get('X-Amz-Date'), '20261120T102030Z');
    assert.equal(url.searchParams.get('X-Amz-Expires'), '7200');
    assert.match(url.searchParams.get('X-Amz-Signature') ?? '', /^[0-9a-f]{64}$/);
  });

  test('stores a PUT, with an empty content-type or none', async (context) => {
    const server = await start(context);
    for (const headers of [{}, { 'content-type': '' }]) {
      const issued = server.issue(TARGET);
      assert.equal(await putOnce(issued.url, BODY, headers), 200);
      assert.deepEqual(await issued.stored, BODY);
      assert.deepEqual(
        issued.puts.map(({ outcome, late }) => [outcome, late]),
        [['accepted', false]],
      );
    }
  });

  test('refuses a content-type, since the URL is signed for an empty one', async (context) => {
    const server = await start(context);
    const issued = server.issue(TARGET);
    assert.equal(await putOnce(issued.url, BODY, { 'content-type': 'application/json' }), 403);
    assert.match(issued.puts[0]?.refusal ?? '', /content-type was application\/json/);
  });

  test('refuses another method, a chunked body and an expired URL', async (context) => {
    const server = await start(context);
    const post = server.issue(TARGET);
    assert.equal(await send(post.url, 'POST', { 'content-length': BODY.length }), 403);
    const chunked = server.issue(TARGET);
    assert.equal(await send(chunked.url, 'PUT', { 'transfer-encoding': 'chunked' }), 501);
    const signedAt = new Date(Date.now() - (URL_VALID_SECONDS + 1) * 1000);
    const expired = server.issue({ ...TARGET, signedAt });
    assert.equal(await putOnce(expired.url, BODY), 403);
    assert.deepEqual(
      [post, chunked, expired].map(({ puts }) => puts.map(({ outcome }) => outcome)),
      [['refused'], ['refused'], ['refused']],
    );
  });

  test('refuses an altered URL, and remembers it', async (context) => {
    const server = await start(context);
    const { url, puts } = server.issue(TARGET);
    const decoded = url.replaceAll('%3A', ':');
    assert.equal(await putOnce(decoded, BODY), 403);
    assert.deepEqual(puts, []);
    assert.equal(server.strays.length, 1);
  });

  test('gives each issue its own slot, also for a reused RequestId', async (context) => {
    const server = await start(context);
    const [first, second] = [server.issue(TARGET), server.issue(TARGET)];
    assert.equal(await putOnce(second.url, BODY), 200);
    assert.deepEqual([first.puts.length, second.puts.length], [0, 1]);
  });

  test('goes wrong as it is told, one PUT after the other, and then no more', async (context) => {
    const server = await start(context);
    const issued = server.issue(TARGET);
    server.misbehave({ kind: 'status', status: 500 }, { kind: 'reset before body' }, { kind: 'stall' });
    assert.equal(await putOnce(issued.url, BODY), 500);
    await assert.rejects(putOnce(issued.url, BODY), { code: 'ECONNRESET' });
    await assert.rejects(putOnce(issued.url, BODY), /not taken in time/);
    assert.equal(await putOnce(issued.url, BODY), 200);
    assert.deepEqual(
      issued.puts.map(({ outcome }) => outcome),
      ['faulted', 'faulted', 'faulted', 'accepted'],
    );
  });

  test('has stored the body although its sender only saw a reset', async (context) => {
    const server = await start(context);
    const issued = server.issue(TARGET);
    server.misbehave({ kind: 'reset after body' });
    await assert.rejects(putOnce(issued.url, BODY), { code: 'ECONNRESET' });
    assert.deepEqual(await issued.stored, BODY);
    assert.equal(issued.puts[0]?.outcome, 'lost');
  });

  test('marks what comes after the invocation ended', async (context) => {
    const server = await start(context);
    const issued = server.issue(TARGET);
    issued.close();
    await putOnce(issued.url, BODY);
    issued.reopen();
    await putOnce(issued.url, BODY);
    assert.deepEqual(
      issued.puts.map(({ late }) => late),
      [true, false],
    );
  });
});

function send(url: string, method: string, headers: Record<string, string | number>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, agent: false, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(BODY);
  });
}
