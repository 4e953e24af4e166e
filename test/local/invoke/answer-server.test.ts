import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type AnswerServer, startAnswerServer } from '../../../local/invoke/answer-server.ts';

async function startServer(context: TestContext): Promise<AnswerServer> {
  const server = await startAnswerServer('arn:aws:cloudformation:us-east-1:0:stack/shop/1|Image|a-request');
  context.after(server.stop);
  return server;
}

async function put(url: string, body: string): Promise<number> {
  const response = await fetch(url, { method: 'PUT', body });
  await response.arrayBuffer();
  return response.status;
}

describe('The server that takes an answer', () => {
  test('takes it at a URL as CloudFormation makes it, signed now', async (context) => {
    const server = await startServer(context);
    const url = new URL(server.responseUrl);
    assert.equal(url.origin, server.origin.origin);
    assert.equal(
      url.pathname,
      '/arn%3Aaws%3Acloudformation%3Aus-east-1%3A0%3Astack%2Fshop%2F1%7CImage%7Ca-request',
    );
    assert.match(url.searchParams.get('X-Amz-Date') ?? '', /^\d{8}T\d{6}Z$/);
    assert.equal(await put(server.responseUrl, '{"Status":"SUCCESS"}'), 200);
    assert.deepEqual(server.answers, [{ Status: 'SUCCESS' }]);
    assert.equal(server.hasMissedAccount(), false);
  });

  test('keeps what is no answer as it came', async (context) => {
    const server = await startServer(context);
    for (const body of ['<html>', '7', JSON.stringify({ Reason: 'x'.repeat(4096) })]) {
      await put(server.responseUrl, body);
    }
    assert.deepEqual(server.answers, [
      '<html>',
      '7',
      'an answer of more than 4096 bytes, which CloudFormation refuses',
    ]);
  });

  test('refuses everything else as an account that is not there', async (context) => {
    const server = await startServer(context);
    const response = await fetch(server.origin, { method: 'POST', body: '{}' });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { __type: string }).__type, 'NoAccountException');
    assert.equal(await put(new URL('/elsewhere', server.origin).href, '{}'), 400);
    assert.deepEqual(server.answers, []);
    assert.equal(server.hasMissedAccount(), true);
  });
});
