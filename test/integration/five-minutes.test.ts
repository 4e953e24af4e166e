import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../../local/child-program.ts';
import { readPath } from '../../local/five-minutes/path-step.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RUN_LIMIT_MS = 7 * 60 * 1000;

test('the five minutes of the README go as they stand there', witness('ministack', 'aws'), async () => {
  const program = join(ROOT, 'local', 'five-minutes.ts');
  const { exitCode, stdout, tail } = await runProgram(process.execPath, [program], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
    limitMs: RUN_LIMIT_MS,
  });
  assert.equal(exitCode, 0, tail);
  const markdown = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const step of readPath('README.md', markdown, 'Start in five minutes')) {
    const line = step.kind === 'file' ? `save ${step.name}` : step.command;
    assert.ok(stdout.includes(`✓ ${line} (`), `${line}\n${stdout}`);
  }
  assert.match(stdout, /Origin\s+placeholder/);
});
