import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../local/child-program.ts';
import { succeed } from './program.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/**
 * The package that a deployed service comes from before it is upgraded: the one of this commit, built by its own
 * packaging. To be moved to the commit of the last release; what it is built with are the packages of today.
 */
const FORMER_COMMIT = '40d5083a66ddd8765f05c8da110317892fc2a309';
const LOOK_LIMIT_MS = 10_000;
const FETCH_LIMIT_MS = 2 * 60 * 1000;

/**
 * Options for node:test: a reason to skip where this clone has no such commit, and can't fetch what a shallow one lacks.
 * @throws Error where `CI` is `true`: there nothing may be skipped.
 */
export async function formerCommit(): Promise<{ readonly skip?: string }> {
  if (await isHere()) return {};
  // It fails in a clone that is whole, or away from its origin: the second look says which.
  await runProgram('git', ['fetch', '--quiet', '--unshallow'], {
    cwd: ROOT,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    limitMs: FETCH_LIMIT_MS,
  });
  if (await isHere()) return {};
  const reason = `the commit ${FORMER_COMMIT.slice(0, 7)} of the former package is not in this clone: git fetch --unshallow`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { skip: reason };
}

async function isHere(): Promise<boolean> {
  const look = ['cat-file', '-e', `${FORMER_COMMIT}^{commit}`];
  const { exitCode } = await runProgram('git', look, { cwd: ROOT, env: process.env, limitMs: LOOK_LIMIT_MS });
  return exitCode === 0;
}

/** Builds the constructs and the functions of the former package in a folder, which is made. */
export async function buildFormerPackage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'source.tar');
  await succeed('git', ['archive', '--format=tar', `--output=${archive}`, FORMER_COMMIT], { cwd: ROOT });
  await succeed('tar', ['-xf', archive], { cwd: folder });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await succeed(process.execPath, ['packaging/main.ts', '--only', 'functions', '--only', 'constructs'], {
    cwd: folder,
  });
}
