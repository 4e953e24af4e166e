import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { assemblyFolder, PROJECT_ROOT, testContext } from './synthesis.ts';

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
}

/** Runs the app as the CDK CLI does: the context and the folder for the assembly come by environment variables. */
async function synthesize(context: Record<string, string>): Promise<Record<string, Artifact>> {
  const folder = assemblyFolder();
  await promisify(execFile)(process.execPath, ['stacks/app.ts'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(testContext(context)) },
  });
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).artifacts;
}

function stacksIn(artifacts: Record<string, Artifact>): string[] {
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return stacks.map(([name]) => name).toSorted();
}

describe('the CDK app', { concurrency: true }, () => {
  it('has the service and the example, which comes after it and goes before it', async () => {
    const artifacts = await synthesize({});
    assert.deepEqual(stacksIn(artifacts), ['deploytime', 'deploytime-example']);
    assert.equal(artifacts['deploytime-example']?.dependencies?.includes('deploytime'), true);
  });

  it('gives a second copy stacks of its own', async () => {
    const artifacts = await synthesize({ 'deploytime:Qualifier': 'blue' });
    assert.deepEqual(stacksIn(artifacts), ['deploytime-blue', 'deploytime-blue-example']);
  });

  it('fails with a sentence for a property that is not allowed', async () => {
    await assert.rejects(
      synthesize({ 'deploytime:RepositoryPattern': 'App' }),
      /RepositoryPattern is "App"; it must be a repository's name/,
    );
  });
});
