import { CliError } from './cli-error.ts';
import { run } from './run.ts';

/** What a shell reports for a program that wrote to a closed pipe. */
const EXIT_CODE_PIPE = 141;

/** The SDK is bundled: which Node its next version needs is nothing that whoever runs the command can see to. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new CliError('Interrupted', 'Interrupted')));
process.once('SIGTERM', () => interruption.abort(new CliError('Terminated', 'Ended by SIGTERM')));
for (const stream of [process.stdout, process.stderr]) {
  // Nobody reads any more, as with `| head`.
  stream.on('error', () => process.exit(EXIT_CODE_PIPE));
}

const { stdout, stderr, env: environment } = process;
const streams = {
  stdout,
  stderr,
  environment,
  // Opened where somebody is asked, and nowhere else.
  get stdin() {
    return process.stdin;
  },
};
process.exitCode = await run(process.argv.slice(2), streams, interruption.signal);
