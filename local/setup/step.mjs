import { spawn, spawnSync } from 'node:child_process';

/** A step that failed. The message is one sentence that says what to do; `details` is a program's own output. */
export class SetupError extends Error {
  constructor(message, details) {
    super(message);
    this.details = details;
  }
}

/** The longest that one program of the set-up may take, in milliseconds: a slow line is no reason to hang. */
const PROGRAM_LIMIT_MS = 10 * 60 * 1000;
/** How much of a failed program's output is shown, in lines: the reason stands at its end. */
const SHOWN_LINES = 15;

/**
 * Runs one program of a step and waits for it, with a line before it and the time it took after it.
 * It never waits for input. Resolves to `{ok, output}`; the output is kept for the reason of a failure.
 */
export function run(title, command, args, options = {}) {
  const started = Date.now();
  process.stdout.write(`set-up: ${title} … `);
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PROGRAM_LIMIT_MS,
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const end = (ok) => {
      process.stdout.write(`${ok ? 'done' : 'failed'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
      resolve({ ok, output });
    };
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** The end of a program's output, without blank lines. */
export function tail(output) {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN_LINES)
    .join('\n');
}

/** What a quick program prints, or undefined where it isn't there or fails. */
export function ask(command, args) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Whether a program's output tells of a network that could not be reached. */
export function tellsOfNoNetwork(output) {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|NameResolutionError|Connection refused|Network is unreachable|Temporary failure|Could not resolve|ProxyError|ConnectTimeout|Read timed out/i.test(
    output,
  );
}
