import { delimiter, join } from 'node:path';
import type { Account } from '../../../local/account.ts';
import { cdkEnvironment } from '../../../local/cdk.ts';
import { succeed } from './program.ts';

const PROGRAMS = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin');

/** An app in a folder outside the repository, which this project's CDK CLI runs. */
export interface CdkApp {
  readonly folder: string;
  /** `service.js` */
  readonly file: string;
}

/** @returns the folder of the assembly. */
export async function synthesiseApp(app: CdkApp): Promise<string> {
  await cdk('synth', app, ['--quiet'], { HOME: app.folder });
  return assemblyOf(app);
}

/** Deploys all stacks of the app. */
export async function deployApp(app: CdkApp, account: Account): Promise<void> {
  const environment = cdkEnvironment(account, join(app.folder, 'cdk', app.file));
  await cdk('deploy', app, ['--all', '--require-approval', 'never', '--method', 'direct'], environment);
}

async function cdk(
  command: string,
  app: CdkApp,
  options: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const output = ['--output', assemblyOf(app), '--no-notices', '--no-color', '--no-version-reporting'];
  await succeed('cdk', [command, '--app', `node ${app.file}`, ...output, ...options], {
    cwd: app.folder,
    env: { ...environment, PATH: pathOf(app.folder) },
  });
}

/** A Node that the folder has among its packages comes before the one of this project. */
export function pathOf(folder: string): string {
  return [join(folder, 'node_modules', '.bin'), PROGRAMS, process.env.PATH].join(delimiter);
}

function assemblyOf({ folder, file }: CdkApp): string {
  return join(folder, 'cdk.out', file);
}
