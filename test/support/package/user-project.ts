import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Account } from '../../../local/account.ts';
import { deployApp, pathOf, synthesiseApp } from './cdk-app.ts';
import { SERVICE_APP, USER_APPS } from './example-apps.ts';
import { npm } from './npm.ts';
import { succeed } from './program.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'cdk-typescript');
/** What they need besides. */
const BESIDE = ['tsconfig.json', 'cdk.json', 'layer'];

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
  /** The same with TypeScript 5, which many apps have, and which knows the module resolution of old. */
  compileWithTypeScript5(options: readonly string[]): Promise<void>;
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
  for (const name of [...BESIDE, ...[SERVICE_APP, ...USER_APPS].map((app) => `${app}.ts`)]) {
    cpSync(join(EXAMPLES, name), join(folder, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(wish.sources)) writeFileSync(join(folder, name), text);
  await npm(folder, ['install', '--prefer-offline', ...wish.packages]);
  return {
    folder,
    versionOf: (name) => {
      const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      return (JSON.parse(manifest) as { version: string }).version;
    },
    // The compilers run under this project's Node.
    compile: async (options) => {
      await succeed(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', folder, ...options], { cwd: folder });
    },
    compileWithTypeScript5: async (options) => {
      await succeed(process.execPath, [findTypeScript5(), '-p', folder, ...options], { cwd: folder });
    },
    synthesise: (app) => synthesiseApp({ folder, file: `${app}.js` }),
    deploy: (app, account) => deployApp({ folder, file: `${app}.js` }, account),
    runCommand: (args) =>
      succeed('deploytime', args, { cwd: folder, env: { HOME: folder, PATH: pathOf(folder) } }),
  };
}

/** The one that `attw` brings along. */
function findTypeScript5(): string {
  const attw = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'));
  const { version } = attw('typescript') as { version: string };
  if (version.startsWith('5.')) return attw.resolve('typescript/bin/tsc');
  throw new Error(`attw comes with TypeScript ${version}; another TypeScript 5 is needed here`);
}
