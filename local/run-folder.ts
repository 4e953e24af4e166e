import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHealthy } from './ministack.ts';
import { killGroup } from './process-group.ts';

/** A MiniStack, and where it answers. */
export interface RunningAccount {
  readonly pid: number;
  readonly endpoint: string;
}

/** What is noted of a run, so that `--stop` finds what it left: kept on purpose, or since the run was killed. */
interface RunNote {
  /** All that belongs to it on disk. */
  readonly folder: string;
  /** The process of the run; none where its account was kept. */
  readonly run?: number;
  readonly account?: RunningAccount;
}

/** All that a run writes is in one folder; a note elsewhere says what belongs to it. */
export interface RunFolder {
  /** MiniStack's alone. */
  readonly ministack: string;
  /** The CDK CLI's alone: homes, caches, assemblies, temporary files. */
  readonly cdk: string;
  /** What the run itself builds. */
  readonly build: string;
  /** Notes the account of this run, from the moment that there is a process. */
  noteAccount(account: RunningAccount): void;
  /** Leaves the account and its folder to `--stop`, and removes the rest. */
  keep(): void;
  /** Removes everything. It also happens by itself when this process ends. */
  remove(): void;
}

const END_LIMIT_MS = 5_000;
const END_POLL_MS = 50;

/** Where notes are: for this user alone, whatever the working folder. */
export function defaultRegister(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'deploytime-local');
}

/** Makes a folder for a run of this process. @param register The folder of notes. */
export function openRunFolder(register: string): RunFolder {
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-local-'));
  const ministack = join(folder, 'ministack');
  const cdk = join(folder, 'cdk');
  const build = join(folder, 'build');
  for (const each of [cdk, build]) mkdirSync(each);
  const file = join(register, `${basename(folder)}.json`);
  let note: RunNote = { folder, run: process.pid };
  const write = (changed: RunNote) => {
    note = changed;
    mkdirSync(register, { recursive: true });
    // In one step: `--stop` may read at the same time.
    writeFileSync(`${file}.new`, JSON.stringify(note));
    renameSync(`${file}.new`, file);
  };
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
    rmSync(file, { force: true });
    removeIfEmpty(register);
  };
  process.once('exit', remove);
  write(note);
  return {
    ministack,
    cdk,
    build,
    noteAccount: (account) => write({ ...note, account }),
    keep: () => {
      process.off('exit', remove);
      for (const each of [cdk, build]) rmSync(each, { recursive: true, force: true });
      write({ folder, ...(note.account && { account: note.account }) });
    },
    remove,
  };
}

/** What `--stop` found. */
export interface StoppedRuns {
  /** Accounts that were ended. */
  readonly stopped: readonly RunningAccount[];
  /** Runs that are at work, which were left alone: their processes. */
  readonly atWork: readonly number[];
}

/** Ends the accounts that were kept and those of runs that were killed, with their functions and folders. */
export async function stopRuns(register: string): Promise<StoppedRuns> {
  const stopped: RunningAccount[] = [];
  const atWork: number[] = [];
  const names = existsSync(register) ? await readdir(register) : [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const file = join(register, name);
    const { folder, run, account } = JSON.parse(await readFile(file, 'utf8')) as RunNote;
    if (run !== undefined && isAlive(run)) {
      atWork.push(run);
      continue;
    }
    if (account && (await end(account))) stopped.push(account);
    await rm(folder, { recursive: true, force: true });
    await rm(file, { force: true });
  }
  removeIfEmpty(register);
  return { stopped, atWork };
}

/**
 * A process is ended only where a MiniStack answers at the address that it was left with: its id may be another's
 * by now.
 */
async function end({ pid, endpoint: address }: RunningAccount): Promise<boolean> {
  const endpoint = new URL(address);
  if (!(await isHealthy(endpoint))) return false;
  killGroup(pid, 'SIGTERM');
  const deadline = performance.now() + END_LIMIT_MS;
  while (performance.now() < deadline && (await isHealthy(endpoint))) await sleep(END_POLL_MS);
  // The functions' processes may outlive their parent.
  killGroup(pid, 'SIGKILL');
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeIfEmpty(register: string): void {
  try {
    rmdirSync(register);
  } catch (error) {
    // Others' notes are in it, or somebody else was faster.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
