import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { Output, type Streams } from './output.ts';
import { VERSION } from './package-files.ts';
import { buildProgram } from './program.ts';

const COMMANDS = ['deploy', 'doctor', 'remove', 'tag', 'fingerprint', 'plan'];

/**
 * Runs one command line to its end.
 * @param signal Aborted where somebody interrupts, with a CliError as its reason.
 * @returns The exit code.
 */
export async function run(args: readonly string[], streams: Streams, signal: AbortSignal): Promise<number> {
  // Known before the options are read: also what is wrong with them is told as JSON then.
  const output = new Output(streams, args.includes('--json'));
  let exitCode = 0;
  const program = buildProgram(
    {
      // Help and fingerprints need no SDK, which takes its time to load.
      deploy: async (options) => {
        const { runDeploy } = await import('./deploy-command.ts');
        await runDeploy(options, { output, streams, signal });
      },
      doctor: async (options) => {
        const { runDoctor } = await import('./doctor-command.ts');
        exitCode = await runDoctor(options, { output, environment: streams.environment, signal });
      },
      remove: async (options) => {
        const { runRemove } = await import('./remove-command.ts');
        await runRemove(options, { output, streams, signal });
      },
      tag: async (selector, options) => {
        const { runTag } = await import('./tag-command.ts');
        await runTag(selector, options, { output, environment: streams.environment, signal });
      },
      fingerprint: async (paths, options) => {
        const { runFingerprint } = await import('./fingerprint-command.ts');
        await runFingerprint(paths, options, { output, signal });
      },
      plan: async (path, options) => {
        const { runPlan } = await import('./plan-command.ts');
        await runPlan(path, options, { output, environment: streams.environment, signal });
      },
    },
    { version: VERSION, streams },
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = error instanceof CliError ? error : failureOf(error, args);
    output.error(failure);
    return failure.exitCode;
  }
}

/** What commander says, as one sentence; anything else is a fault of this program. */
function failureOf(error: unknown, args: readonly string[]): CliError {
  if (!(error instanceof CommanderError)) {
    const { name, message } = error instanceof Error ? error : { name: 'error', message: String(error) };
    return new CliError('Unexpected', `Unexpected ${name}: ${message}`, { cause: error });
  }
  const command = COMMANDS.find((name) => name === args[0]);
  const help = `deploytime ${command === undefined ? '' : `${command} `}--help`;
  // Without a command commander shows its help and says nothing.
  const said = error.code === 'commander.help' ? 'no command is named' : error.message;
  const sentence = said
    .replace(/^error: (?:command-argument )?/, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return new CliError('Usage', `${sentence}; ${help} tells what there is`, { cause: error });
}
