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

interface Assembly {
  readonly folder: string;
  readonly artifacts: Record<string, Artifact>;
}

interface Report {
  readonly pluginReports: readonly { readonly pluginName: string; readonly violations: readonly unknown[] }[];
}

/** Runs the app as the CDK CLI does: the context and the folder for the assembly come by environment variables. */
async function synthesize(context: Record<string, unknown>): Promise<Assembly> {
  const folder = assemblyFolder();
  await promisify(execFile)(process.execPath, ['stacks/app.ts'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(testContext(context)) },
  });
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return { folder, artifacts };
}

/** Without any context; synthesized once. */
function plain(): Promise<Assembly> {
  plainAssembly ??= synthesize({});
  return plainAssembly;
}
let plainAssembly: Promise<Assembly> | undefined;

/** As `cdk deploy <stack> --exclusively -c deploytime:DeploymentId=run-7` has it; synthesized once. */
function alone(): Promise<Assembly> {
  aloneAssembly ??= synthesize({
    'deploytime:DeploymentId': 'run-7',
  });
  return aloneAssembly;
}
let aloneAssembly: Promise<Assembly> | undefined;

function stacksIn(artifacts: Record<string, Artifact>): string[] {
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return stacks.map(([name]) => name).toSorted();
}

function stacksBefore(artifacts: Record<string, Artifact>, stack: string): string[] {
  const stacks = stacksIn(artifacts);
  return (artifacts[stack]?.dependencies ?? []).filter((name) => stacks.includes(name)).toSorted();
}

describe('the CDK app', { concurrency: true }, () => {
  it('has the service and the examples, which come after what they use and go before it', async () => {
    const { artifacts } = await plain();
    assert.deepEqual(stacksIn(artifacts), [
      'deploytime',
      'deploytime-example',
      'deploytime-example-consumer-a',
      'deploytime-example-consumer-b',
      'deploytime-example-layer',
      'deploytime-example-nightly',
      'deploytime-example-release',
    ]);
    assert.deepEqual(stacksBefore(artifacts, 'deploytime-example'), ['deploytime']);
    assert.deepEqual(stacksBefore(artifacts, 'deploytime-example-release'), ['deploytime']);
    assert.deepEqual(stacksBefore(artifacts, 'deploytime-example-nightly'), ['deploytime']);
    assert.deepEqual(stacksBefore(artifacts, 'deploytime-example-layer'), []);
    for (const consumer of ['deploytime-example-consumer-a', 'deploytime-example-consumer-b']) {
      assert.deepEqual(stacksBefore(artifacts, consumer), ['deploytime', 'deploytime-example-layer']);
    }
  });

  it('has stacks that import nothing of each other, so that each can be deployed alone', async () => {
    const { folder, artifacts } = await plain();
    for (const stack of stacksIn(artifacts)) {
      const template = readFileSync(join(folder, `${stack}.template.json`), 'utf8');
      assert.doesNotMatch(template, /Fn::ImportValue|Fn::GetStackOutput|"Export"/);
    }
  });

  it("has nothing in it that cdk-nag or CloudFormation's schemas find fault with", async () => {
    const { folder } = await plain();
    const { pluginReports } = JSON.parse(
      readFileSync(join(folder, 'validation-report.json'), 'utf8'),
    ) as Report;
    assert.ok(pluginReports.some(({ pluginName }) => pluginName === 'AwsSolutions'));
    for (const { violations } of pluginReports) assert.deepEqual(violations, []);
  });

  it('gives a second copy stacks of its own', async () => {
    const { artifacts } = await synthesize({ 'deploytime:Qualifier': 'blue' });
    const stacks = stacksIn(artifacts);
    assert.equal(stacks.length, 7);
    for (const stack of stacks) assert.match(stack, /^deploytime-blue(-|$)/);
  });

  it('takes one deployment id for all that is asked for', async () => {
    const { folder } = await alone();
    for (const stack of ['release', 'consumer-a', 'consumer-b']) {
      const template = readFileSync(join(folder, `deploytime-example-${stack}.template.json`), 'utf8');
      assert.equal(template.match(/"DeploymentId": "run-7"/g)?.length, 1, stack);
    }
  });

  it('fails with a sentence for a property that is not allowed', async () => {
    await assert.rejects(
      synthesize({ 'deploytime:RepositoryPattern': 'App' }),
      /RepositoryPattern is "App"; it must be a repository's name/,
    );
  });
});
