import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../../cli/cli-error.ts';
import { Output } from '../../cli/output.ts';

test('an error and a note tell no credentials of a URL that somebody gave', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0 };
  const output = new Output({ stdout: stream, stderr: stream, environment: {} }, true);
  const given = 'https://somebody:hunter2@proxy.example.com';
  output.error(new CliError('Usage', `The parameter Proxy is "${given}"; it must be another`));
  output.note(`${given} is left`);
  assert.equal(written.length, 3);
  for (const text of written) {
    assert.match(text, /https:\/\/\[redacted\]@proxy\.example\.com/);
    assert.doesNotMatch(text, /hunter2/);
  }
});
