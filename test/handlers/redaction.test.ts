import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { redact, redactingReplacer } from '../../handlers/redaction.ts';

describe('redaction', () => {
  const TABLE: readonly [text: string, redacted: string][] = [
    [
      'GET https://h.example/a/b?X-Amz-Signature=abc&x=1 failed',
      'GET https://h.example/a/b?[redacted] failed',
    ],
    ['"https://h.example/?token=abc"', '"https://h.example/?[redacted]"'],
    ['X-Amz-Security-Token=IQoJb3JpZ2luX2VjEJ7', 'X-Amz-Security-Token=[redacted]'],
    ['"x-amz-security-token": "IQoJb3JpZ2luX2VjEJ7"', '"x-amz-security-token": "[redacted]"'],
    ['https://h.example/page#part?token=abc', 'https://h.example/page#part?[redacted]'],
    ['https://a/?x=1 and https://b/?y=2.', 'https://a/?[redacted] and https://b/?[redacted]'],
    ['https://user:pass@h.example/x', 'https://[redacted]@h.example/x'],
    ['authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.abc', 'authorization: Bearer [redacted]'],
    ['Basic QVdTOmV5SndZWGxzYjJGa0lq', 'Basic [redacted]'],
    ['a plain sentence, 3 > 2? yes', 'a plain sentence, 3 > 2? yes'],
    ['https://docs.example/page#part', 'https://docs.example/page#part'],
  ];
  for (const [text, redacted] of TABLE) {
    test(`makes ${JSON.stringify(redacted)}`, () => assert.equal(redact(text), redacted));
  }

  test('hides values under telling keys, however deep, and leaves the others', () => {
    const logged = JSON.stringify(
      {
        event: { ResponseURL: 'https://x/', Name: 'a', nested: [{ password: 'p', authorizationToken: 't' }] },
      },
      redactingReplacer,
    );
    assert.equal(
      logged,
      '{"event":{"ResponseURL":"[redacted]","Name":"a","nested":[{"password":"[redacted]","authorizationToken":"[redacted]"}]}}',
    );
  });

  for (const key of [
    'x-amz-security-token',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'secretAccessKey',
    'AWS_SECRET_ACCESS_KEY',
    'sessionToken',
    'SecretString',
    'access_token',
  ]) {
    test(`hides what stands under ${key}`, () =>
      assert.equal(JSON.stringify({ [key]: 'abc' }, redactingReplacer), `{"${key}":"[redacted]"}`));
  }

  // Each piece begins a pattern, and looks as if it might go on for the whole text.
  const PIECES = [
    'https://a',
    'https://',
    'https:// ',
    'https://a@',
    'X-Amz-Signature',
    'X-Amz-Signature = ',
    'Bearer ',
    'Basic\n',
  ];
  for (const piece of PIECES) {
    test(`comes to the end of a megabyte of ${JSON.stringify(piece)}`, () => {
      const text = `${piece.repeat(1_000_000 / piece.length)} and https://h.example/x?token=abc`;
      // Not assert.match, which would print the megabyte.
      assert.ok(redact(text).endsWith(' https://h.example/x?[redacted]'));
    });
  }
});
