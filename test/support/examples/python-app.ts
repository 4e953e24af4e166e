import { existsSync, readFileSync } from 'node:fs';
import { appendFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import type { Account } from '../../../local/account.ts';
import { runProgram } from '../../../local/child-program.ts';
import type { Values } from './example-stack.ts';
import { filesOf } from './files.ts';
import { ROOT } from './python-program.ts';

const FOLDER = join(ROOT, 'examples', 'cdk-python');
/** A synthesis by way of Python takes some ten seconds, and the machine may be busy. */
const COMMAND_LIMIT_MS = 5 * 60_000;
const TEMPLATE_ENDING = '.template.json';
const PROGRAMS = [join(ROOT, '.venv', 'bin'), join(ROOT, 'node_modules', '.bin')];

/** A copy of the CDK app in Python, as a user has it, deployed by the real CDK CLI. */
export class PythonApp {
  readonly #account: Account;
  readonly #folder: string;
  readonly #app: string;

  /** @param folder Where the copy is, and whatever the CLI and its libraries keep. */
  constructor(account: Account, folder: string) {
    this.#account = account;
    this.#folder = folder;
    this.#app = join(folder, 'app');
  }

  async copy(): Promise<void> {
    await cp(FOLDER, this.#app, {
      recursive: true,
      filter: (path) => !/\/(?:__pycache__|cdk\.out|\.venv)$/.test(path),
    });
  }

  /** Deploys these stacks, each after those that it depends on. @throws Error with the end of the CLI's output. */
  async deploy(stacks: readonly string[], context: Values): Promise<void> {
    const values = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const method = ['--exclusively', '--method', 'direct', '--concurrency', String(stacks.length)];
    const quiet = ['--require-approval', 'never', '--no-notices', '--no-color'];
    const { exitCode, tail } = await runProgram(
      'cdk',
      ['deploy', ...stacks, ...method, ...quiet, ...values],
      {
        cwd: this.#app,
        env: this.#environment(),
        limitMs: COMMAND_LIMIT_MS,
      },
    );
    if (exitCode !== 0) throw new Error(`cdk deploy ended with ${exitCode}:\n${tail}`);
  }

  /** The files of the example, by their paths within. */
  files(): string[] {
    return filesOf(FOLDER);
  }

  /** The modules that `app.py` imports, with all that they import, and the layer's files. */
  filesUsed(): string[] {
    const reached = new Set(['app.py']);
    for (const file of reached) {
      for (const [, name] of readFileSync(join(FOLDER, file), 'utf8').matchAll(/^from (\w+) import/gm)) {
        if (existsSync(join(FOLDER, `${name}.py`))) reached.add(`${name}.py`);
      }
    }
    return [...reached, ...this.files().filter((file) => file.startsWith('layer/'))];
  }

  /** The stacks that it has, once it was deployed. */
  async stacks(): Promise<string[]> {
    const names = (await this.templates()).map((path) => basename(path, TEMPLATE_ENDING));
    return names.sort();
  }

  /** The templates that it made, once it was deployed. */
  async templates(): Promise<string[]> {
    const assembly = join(this.#app, 'cdk.out');
    const names = await readdir(assembly);
    return names.filter((name) => name.endsWith(TEMPLATE_ENDING)).map((name) => join(assembly, name));
  }

  /** What a build leaves in the layer that is none of its content. */
  async buildLayerAgain(): Promise<void> {
    const cache = join(this.#app, 'layer', 'python', '__pycache__');
    await mkdir(cache);
    await writeFile(join(cache, 'prices.cpython-313.pyc'), 'compiled');
  }

  async changeLayer(): Promise<void> {
    await appendFile(join(this.#app, 'layer', 'python', 'prices.py'), '\nROUNDING = 2\n');
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...this.#account.variables,
      PATH: [...PROGRAMS, process.env.PATH].join(delimiter),
      HOME: this.#folder,
      TMPDIR: this.#folder,
      CDK_HOME: join(this.#folder, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The CDK's own rules for templates, which cost more than all else at synthesis; cfn-lint looks at these.
      CDK_VALIDATION: 'false',
      JSII_NODE: join(ROOT, 'node_modules', '.bin', 'node'),
      // Without it the library would be unpacked anew at each synthesis, or into somebody's home.
      JSII_RUNTIME_PACKAGE_CACHE_ROOT: join(this.#folder, 'jsii'),
      PYTHONDONTWRITEBYTECODE: '1',
    };
  }
}
