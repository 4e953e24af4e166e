import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { runPython } from '../support/examples/python-program.ts';
import { ONE_FILE } from '../support/local/one-file.ts';
import { witness } from '../support/witness.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Warnings are matters of taste, or of a parameter's empty default, which a condition keeps away. */
const ERRORS_ALONE = ['--ignore-checks', 'W', '--'];

test('cfn-lint finds no error in the one file', witness('cfn-lint'), async () => {
  assert.equal(await runPython('cfn-lint', [...ERRORS_ALONE, ONE_FILE]), '');
});

test('cfn-lint finds no error in any template of the CDK app', witness('cfn-lint'), async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-app-'));
  try {
    await promisify(execFile)(process.execPath, ['stacks/app.ts'], {
      cwd: ROOT,
      env: { ...process.env, CDK_OUTDIR: folder, HOME: folder },
    });
    const templates = (await readdir(folder)).filter((name) => name.endsWith('.template.json'));
    assert.ok(templates.length > 1, `${templates.length} templates`);
    const paths = templates.map((name) => join(folder, name));
    assert.equal(await runPython('cfn-lint', [...ERRORS_ALONE, ...paths]), '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
