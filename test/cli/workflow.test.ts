import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readSourceFiles } from '../import-rules/source-file.ts';
import { codeBlocks } from '../support/docs/code-blocks.ts';
import { buildIndex } from '../support/images/image-index.ts';
import { runProgram } from './command.ts';
import { PARAMETER, REPOSITORY, type ReleaseWorld, startReleaseWorld } from './release-world.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WORKFLOW = 'examples/github-actions/release.yml';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly needs?: string; readonly steps: readonly Step[] }>>;
}

describe('the workflow for GitHub Actions', () => {
  let workflow: Workflow;
  let world: ReleaseWorld;
  let folder = '';
  before(async () => {
    workflow = parseYaml(await readFile(join(ROOT, WORKFLOW), 'utf8')) as Workflow;
    world = await startReleaseWorld(workflow.env.AWS_REGION);
    folder = await mkdtemp(join(tmpdir(), 'deploytime-workflow-'));
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const steps = () => Object.values(workflow.jobs).flatMap((job) => job.steps);
  const stepsThat = (key: 'run' | 'uses', pattern: RegExp) =>
    steps().filter((step) => pattern.test(step[key] ?? ''));

  test('has every line that calls deploytime work as it stands', async () => {
    assert.equal(workflow.env.PARAMETER, PARAMETER);
    assert.equal(workflow.env.REPOSITORY, REPOSITORY);
    const calls = stepsThat('run', /deploytime tag/);
    assert.ok(calls.length > 0);
    world.push('v1.5.0', 1);
    await writeFile(join(folder, 'npx'), await npxOfThisPackage(), { mode: 0o755 });
    for (const { run = '' } of calls) {
      // As GitHub's runners start it.
      const end = await runProgram('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', run], {
        cwd: folder,
        environment: {
          ...workflow.env,
          ...world.environment,
          GITHUB_REF_NAME: 'v1.5.0',
          PATH: [folder, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
        },
      });
      assert.equal(end.exitCode, 0, end.stderr);
    }
    assert.equal(world.value(), 'v1.5.0');
  });

  test('has a Node that runs the command', () => {
    const [node] = stepsThat('uses', /^actions\/setup-node@/);
    assert.equal(node?.with?.['node-version'], Number(process.versions.node.split('.')[0]));
  });

  test('logs in by OIDC, with a role for each job and no keys', async () => {
    assert.deepEqual(workflow.permissions, { contents: 'read', 'id-token': 'write' });
    for (const { steps: own } of Object.values(workflow.jobs)) {
      const [login] = own.filter(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
      assert.match(String(login?.with?.['role-to-assume']), /^\$\{\{ vars\.[A-Z_]+ \}\}$/);
    }
    assert.doesNotMatch(await readFile(join(ROOT, WORKFLOW), 'utf8'), /secrets\./);
  });

  test('deploys after the release, with the commit as DeploymentId', () => {
    assert.equal(workflow.jobs.deploy?.needs, 'release');
    const [deploy] = stepsThat('run', /cloudformation deploy/);
    assert.match(deploy?.run ?? '', /--parameter-overrides DeploymentId="\$GITHUB_SHA"/);
  });

  test('puts nothing that others may name into a script', () => {
    for (const { run = '' } of steps()) assert.doesNotMatch(run, /\$\{\{/);
  });

  test('names in its README every variable that it takes', async () => {
    const text = await readFile(join(ROOT, WORKFLOW), 'utf8');
    const readme = await readFile(join(ROOT, 'examples/github-actions/README.md'), 'utf8');
    const taken = new Set([...text.matchAll(/vars\.([A-Z_]+)/g)].map(([, name]) => name));
    const documented = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(documented.toSorted(), [...taken].toSorted());
  });

  for (const page of ['docs/command-line.md', 'examples/github-actions/README.md']) {
    test(`has a role that may do what is called, says ${page}`, async () => {
      world.push('all', 2, buildIndex({ layers: [10] }));
      assert.equal((await world.tag('all', '--platform', 'linux/arm64')).exitCode, 0);
      const called = [
        ...world.ecr.calls.map(({ action }) => `ecr:${action}`),
        ...world.ssm.calls.map(({ action }) => `ssm:${action}`),
      ];
      const allowed = codeBlocks(page, 'json').flatMap((text) => {
        const { Statement = [] } = JSON.parse(text) as { Statement?: { Action: string | string[] }[] };
        return Statement.flatMap(({ Action }) => Action);
      });
      assert.ok(called.includes('ecr:BatchGetImage'));
      assert.deepEqual(
        [...new Set(called)].filter((action) => !allowed.includes(action)),
        [],
      );
    });
  }
});

test('every package that the command is built of has one version in package.json', async () => {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const files = new Map(readSourceFiles().map((file) => [file.path, file]));
  const reached = new Set(['cli/main.ts']);
  const packages = new Set<string>();
  for (const path of reached) {
    for (const { target, isType } of files.get(path)?.imports ?? []) {
      if (isType || target.startsWith('node:') || target === 'package.json') continue;
      if (files.has(target)) reached.add(target);
      else packages.add(target);
    }
  }
  assert.ok(reached.has('cli/release-image-store.ts') && reached.has('handlers/layers/zip.ts'));
  assert.ok(packages.has('commander'));
  assert.deepEqual(
    [...packages].filter((name) => devDependencies[name] === undefined),
    [],
  );
});

/** In place of npx, which would ask the registry: it takes this version of the package alone, and runs the command unbuilt. */
async function npxOfThisPackage(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `#!/bin/sh
[ "$1 $2 $3" = "--yes --package=${name}@${version} ${name}" ] || { echo "npx $*" >&2; exit 64; }
shift 3
exec node '${join(ROOT, 'cli', 'main.ts')}' "$@"
`;
}

/** The parser that CDK brings along. */
function parseYaml(text: string): unknown {
  const cdk = createRequire(import.meta.url).resolve('aws-cdk-lib/package.json');
  const { parse } = createRequire(cdk)('yaml') as { parse: (text: string) => unknown };
  return parse(text);
}
