import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Account } from '../../../local/account.ts';
import { cdkEnvironment } from '../../../local/cdk.ts';
import { runProgram } from '../../../local/child-program.ts';
import { npm } from './npm.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROGRAMS = join(ROOT, 'node_modules', '.bin');
const EXAMPLES = join(ROOT, 'examples', 'cdk-typescript');
/** What they need besides. */
const BESIDE = ['tsconfig.json', 'cdk.json', 'layer'];
const LIMIT_MS = 3 * 60 * 1000;

/** The apps of the examples for TypeScript, as they are in the repository. */
export const EXAMPLE_APPS = [
  'service',
  'ecr-image',
  'image-tag',
  'layer-fingerprint',
  'scheduled-scaling',
] as const;

export interface ProjectWish {
  /** It is made, and is of this project alone. */
  readonly folder: string;
  /** What is installed: the package's file, and others as `name@version`; `node` as well, which then runs it all. */
  readonly packages: readonly string[];
  /** As package.json's `type` has it: what the apps are compiled to. */
  readonly modules: 'commonjs' | 'module';
  /** Sources by file name, beside the examples. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The folder of somebody who uses the package, with the examples for TypeScript in it. */
export interface UserProject {
  readonly folder: string;
  versionOf(name: string): string;
  /** Runs this project's TypeScript in it. @throws Error with what the compiler says. */
  compile(options: readonly string[]): Promise<void>;
  /** Synthesises an app that was compiled. @returns the folder of the assembly. */
  synthesise(app: string): Promise<string>;
  /** Deploys all stacks of an app that was compiled, by this project's CDK CLI. */
  deploy(app: string, account: Account): Promise<void>;
  /** Runs a command of the package. @returns what it wrote to stdout. */
  runCommand(args: readonly string[]): Promise<string>;
}

/** Makes the folder, and installs the packages in it as npm does for its user. */
export async function openUserProject(wish: ProjectWish): Promise<UserProject> {
  const { folder } = wish;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: wish.modules }));
  for (const name of [...BESIDE, ...EXAMPLE_APPS.map((app) => `${app}.ts`)]) {
    cpSync(join(EXAMPLES, name), join(folder, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(wish.sources)) writeFileSync(join(folder, name), text);
  await npm(folder, ['install', '--prefer-offline', ...wish.packages]);
  // A Node that is among the packages comes before the one of this project.
  const PATH = [join(folder, 'node_modules', '.bin'), PROGRAMS, process.env.PATH].join(delimiter);
  const run = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    succeed(program, args, folder, { HOME: folder, ...environment, PATH });
  const cdk = (command: string, app: string, options: readonly string[], environment?: NodeJS.ProcessEnv) => {
    const assembly = join(folder, 'cdk.out', app);
    const output = ['--output', assembly, '--no-notices', '--no-color'];
    return run('cdk', [command, '--app', `node ${app}.js`, ...output, ...options], environment).then(
      () => assembly,
    );
  };
  return {
    folder,
    versionOf: (name) => {
      const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      return (JSON.parse(manifest) as { version: string }).version;
    },
    compile: async (options) => {
      // The compiler needs a newer Node than the package does.
      await succeed(join(PROGRAMS, 'tsc'), ['-p', folder, ...options], folder, process.env);
    },
    synthesise: (app) => cdk('synth', app, ['--quiet', '--all']),
    deploy: async (app, account) => {
      const own = cdkEnvironment(account, join(folder, 'cdk', app));
      await cdk('deploy', app, ['--all', '--require-approval', 'never', '--method', 'direct'], own);
    },
    runCommand: (args) => run('deploytime', args),
  };
}

/** @throws Error with the end of what it wrote. */
async function succeed(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { exitCode, stdout, tail } = await runProgram(program, args, { cwd, env, limitMs: LIMIT_MS });
  if (exitCode === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed in ${cwd}:\n${tail}`);
}
