import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { runProgram } from './child-program.ts';
import { LocalError } from './local-error.ts';

const ROOT = join(import.meta.dirname, '..');
/** A deployment to an account on this machine takes seconds; one that takes this long hangs. */
const COMMAND_LIMIT_MS = 10 * 60 * 1000;
/** CDK's own variables that are passed on from this process, besides what every program needs. */
const INHERITED_VARIABLES = ['LANG', 'LC_ALL', 'PATH', 'USER', 'NODE_EXTRA_CA_CERTS'];

/** The CDK CLI of this project, for one account. */
export interface Cdk {
  /** @throws LocalError with the end of the CLI's output where it fails. */
  bootstrap(): Promise<void>;
  /**
   * Deploys these stacks and no others, each after those that it depends on, with values for the app's context.
   * @throws LocalError
   */
  deploy(stacks: string | readonly string[], context: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * @param folder Where the CLI keeps all it writes: assemblies, temporary files, its cache. It is made where it is
 * missing. Of two commands at once each needs its own.
 * @param signal Ends a command that is under way.
 */
export function cdkFor(account: Account, folder: string, signal?: AbortSignal): Cdk {
  const environment = cdkEnvironment(account, folder);
  const run = async (command: string, args: readonly string[], workingFolder: string) => {
    const { exitCode, tail } = await runProgram(
      join(ROOT, 'node_modules', '.bin', 'cdk'),
      [command, ...args, '--output', join(folder, 'cdk.out'), '--no-notices', '--no-color'],
      { cwd: workingFolder, env: environment, limitMs: COMMAND_LIMIT_MS, ...(signal && { signal }) },
    );
    if (exitCode === 0) return;
    throw new LocalError(`cdk ${command} failed: the end of its output is above`, tail);
  };
  return {
    // Away from cdk.json, or it would synthesise the app first.
    bootstrap: () => run('bootstrap', [`aws://${account.accountId}/${account.region}`], folder),
    deploy: (stacks, context) =>
      run(
        'deploy',
        // Without a change set: nobody looks at it here, and it takes the CLI 5 s. All at once: it spends most of
        // the time waiting for its next look at each stack, 5 s later.
        [
          ...[stacks].flat(),
          '--exclusively',
          '--concurrency',
          String([stacks].flat().length),
          '--require-approval',
          'never',
          '--method',
          'direct',
          ...contextArguments(context),
        ],
        ROOT,
      ),
  };
}

/**
 * The environment of the CDK CLI and of the app that it starts: nothing that belongs to another account.
 * @param folder Where it keeps all it writes. It is made where it is missing.
 */
export function cdkEnvironment(account: Account, folder: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  return {
    ...Object.fromEntries(INHERITED_VARIABLES.map((name) => [name, process.env[name]])),
    ...account.variables,
    // aws-cdk-lib caches fingerprints of assets in ~/.cdk, whatever CDK_HOME says.
    HOME: folder,
    CDK_HOME: join(folder, 'cdk-home'),
    TMPDIR: folder,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // The CDK's own rules for templates, which cost more than all else at synthesis. The tests of the stacks run them.
    CDK_VALIDATION: 'false',
    NO_COLOR: '1',
  };
}

function contextArguments(context: Readonly<Record<string, string>>): string[] {
  return Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
}
