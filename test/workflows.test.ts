import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { getWitness, witness } from './support/witness.ts';

const ROOT = join(import.meta.dirname, '..');
const OWN = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();
const EXAMPLES = globSync('examples/github-actions/*.yml', { cwd: ROOT }).sort();
/** `owner/action@<commit> # v1.2.3` */
const PINNED = /^\s*(?:- )?uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
/** Another workflow of this repository. */
const OWN_WORKFLOW = /^\s*uses: \.\/(\.github\/workflows\/[\w.-]+)$/;

interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly steps?: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function workflow(path: string): Workflow {
  return parse(read(path)) as Workflow;
}

function runsOf(path: string): readonly string[] {
  return Object.values(workflow(path).jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run = '' }) => run));
}

describe(
  'actionlint, with shellcheck for what the workflows run',
  witness('actionlint', 'shellcheck'),
  () => {
    /** @param input For `-`. */
    function actionlint(path: string, input = '') {
      const args = ['-no-color', '-shellcheck', getWitness('shellcheck'), '-pyflakes', '', path];
      return spawnSync(getWitness('actionlint'), args, { cwd: ROOT, encoding: 'utf8', input });
    }

    for (const path of [...OWN, ...EXAMPLES]) {
      test(`has nothing against ${path}`, () => {
        const { status, stdout, stderr } = actionlint(path);
        assert.equal(`${stdout}${stderr}`, '');
        assert.equal(status, 0);
      });
    }

    for (const [what, changed, said] of [
      ['a job that is not there', ['needs: check', 'needs: chek'], /needs job "chek"/],
      ['a variable without quotes', ['--check SHA256SUMS', '--check $FILE'], /SC2086/],
      ['an expression that nothing gives', ['github.token }}', 'github.tokn }}'], /"tokn" is not defined/],
    ] as const) {
      test(`sees ${what}`, () => {
        const text = read('.github/workflows/release.yml');
        const broken = text.replace(changed[0], changed[1]);
        assert.notEqual(broken, text);
        const { status, stdout } = actionlint('-', broken);
        assert.equal(status, 1);
        assert.match(stdout, said);
      });
    }
  },
);

describe('the workflows of this repository', () => {
  test('are test, audit and release', () => {
    assert.deepEqual(
      OWN,
      ['audit', 'release', 'test'].map((name) => `.github/workflows/${name}.yml`),
    );
  });

  for (const path of OWN) {
    test(`${path} takes each action by its commit, with the version beside it`, () => {
      const loose = read(path)
        .split('\n')
        .filter((line) => /\buses:/.test(line))
        .filter((line) => !PINNED.test(line) && !existsSync(join(ROOT, OWN_WORKFLOW.exec(line)?.[1] ?? '-')));
      assert.deepEqual(loose, []);
    });

    test(`${path} may read the repository, and each job that may do more says so itself`, () => {
      assert.deepEqual(workflow(path).permissions, { contents: 'read' });
      const writing = Object.entries(workflow(path).jobs).filter(
        ([, { permissions }]) => permissions !== undefined,
      );
      assert.deepEqual(
        writing.map(([name]) => name),
        path.endsWith('release.yml') ? ['publish'] : [],
      );
    });

    test(`${path} has a bound for each job, and one run at a time for what meets`, () => {
      assert.ok(workflow(path).concurrency !== undefined);
      for (const [name, job] of Object.entries(workflow(path).jobs)) {
        assert.ok(job.uses !== undefined || job['timeout-minutes'] !== undefined, name);
      }
    });

    test(`${path} runs scripts that are there`, () => {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
      const commands = runsOf(path).join('\n');
      const names = [...commands.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
      assert.deepEqual(
        names.filter((name) => scripts[name] === undefined),
        [],
      );
      const files = [...commands.matchAll(/\b(\w+\/[\w/]+\.m?[jt]s)\b/g)].map(([, file = '']) => file);
      assert.deepEqual(
        files.filter((file) => !existsSync(join(ROOT, file))),
        [],
      );
    });
  }

  test('the checkout leaves no token for the code that it brings', () => {
    const checkouts = OWN.flatMap((path) =>
      Object.values(workflow(path).jobs).flatMap(({ steps = [] }) =>
        steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@')),
      ),
    );
    assert.ok(checkouts.length > 3);
    for (const { with: options } of checkouts) assert.equal(options?.['persist-credentials'], false);
  });

  test('the job that publishes runs nothing of this repository', () => {
    const { steps = [] } = workflow('.github/workflows/release.yml').jobs.publish ?? {};
    assert.equal(
      steps.some(({ uses = '' }) => uses.startsWith('actions/checkout@')),
      false,
    );
    const commands = steps.map(({ run = '' }) => run).join('\n');
    assert.match(commands, /npm publish \S+\.tgz --provenance --access public/);
    assert.doesNotMatch(commands, /npm (?:ci|install|run|pack)/);
  });

  test('advisories of moderate severity and above are asked for each day and at each release, and never by a test', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    assert.equal(scripts.audit, 'npm audit --audit-level=moderate');
    const asking = OWN.filter((path) => runsOf(path).some((run) => run.includes('npm run audit')));
    assert.deepEqual(asking, ['.github/workflows/audit.yml', '.github/workflows/release.yml']);
    assert.match(read('.github/workflows/audit.yml'), /^ {2}schedule:\n {4}- cron: "\d+ \d+ \* \* \*"$/m);
  });

  test('tests are started by every Node that the set-up takes, from the oldest on', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const nodes = workflow('.github/workflows/test.yml').jobs.test?.strategy?.matrix.node ?? [];
    assert.match(engines.node, new RegExp(`^>=${Math.min(...nodes)}(?:\\.|$)`));
    assert.deepEqual(nodes, [20, 22, 24]);
  });
});
