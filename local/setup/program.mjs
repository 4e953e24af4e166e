import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { interruption } from './interruption.mjs';

/** The longest that one program of the set-up may take, in milliseconds: a slow line is no reason to hang. */
const PROGRAM_LIMIT_MS = 10 * 60 * 1000;
/** The longest that a program may take to end when it is told to, in milliseconds: dpkg ends with a whole package. */
const END_LIMIT_MS = 30_000;
/** The longest that a question to a program may take, in milliseconds. */
const ASK_LIMIT_MS = 30_000;
/** How much of a program's output is kept, in characters: its end. */
const KEPT_CHARACTERS = 256 * 1024;

/**
 * Runs one program of a step and waits for it, with a line before it and the time it took after it. It never waits
 * for input. Where the set-up is ended, the program gets the same signal and is waited for.
 * @returns `{ok, output}`; the output is kept for the reason of a failure.
 * @throws Interruption
 */
export async function run(title, command, args, options = {}) {
  interruption.throwIfAborted();
  const started = Date.now();
  process.stdout.write(`set-up: ${title} … `);
  const { ok, output } = await runToEnd(
    spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const outcome = interruption.aborted ? 'stopped' : ok ? 'done' : 'failed';
  process.stdout.write(`${outcome} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  interruption.throwIfAborted();
  return { ok, output };
}

function runToEnd(child) {
  let output = '';
  const collect = (text) => {
    output = (output + text).slice(-KEPT_CHARACTERS);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);

  const timers = [];
  const end = (signal) => {
    child.kill(signal);
    const kill = () => {
      child.kill('SIGKILL');
      // What it started may hold these open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    timers.push(setTimeout(kill, END_LIMIT_MS));
  };
  const endAtLimit = () => {
    collect(`\n${child.spawnfile} had not ended after ${PROGRAM_LIMIT_MS / 60_000} minutes and was stopped`);
    end('SIGTERM');
  };
  timers.push(setTimeout(endAtLimit, PROGRAM_LIMIT_MS));
  const onInterruption = () => end(interruption.reason.signal);
  interruption.addEventListener('abort', onInterruption);

  return new Promise((resolve) => {
    const settle = (ok) => {
      timers.forEach(clearTimeout);
      interruption.removeEventListener('abort', onInterruption);
      resolve({ ok, output });
    };
    child.once('error', (error) => {
      collect(error.code === 'ENOENT' ? `${child.spawnfile} is not on the PATH` : error.message);
      settle(false);
    });
    child.once('close', (code) => settle(code === 0));
  });
}

/** What a quick program prints, or undefined where it isn't there or fails. */
export function ask(command, args) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: ASK_LIMIT_MS,
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

export function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
