import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHealthy } from './ministack.ts';
import { killGroup } from './process-group.ts';

/** An account that was left running with `--keep`. */
export interface KeptAccount {
  readonly pid: number;
  readonly endpoint: string;
  /** All that belongs to it on disk. */
  readonly folder: string;
}

const END_LIMIT_MS = 5_000;
const END_POLL_MS = 50;

/** Notes an account, so that `--stop` finds it. */
export async function rememberAccount(register: string, account: KeptAccount): Promise<void> {
  await mkdir(register, { recursive: true });
  await writeFile(join(register, `${account.pid}.json`), JSON.stringify(account));
}

/**
 * Ends the accounts that were kept, with their functions and folders.
 * A process is ended only where a MiniStack answers at the address it was left with: its id may be another's by now.
 * @returns Those that were ended.
 */
export async function stopKeptAccounts(register: string): Promise<KeptAccount[]> {
  const names = await readdir(register).catch(() => []);
  const stopped: KeptAccount[] = [];
  for (const name of names.filter((file) => file.endsWith('.json'))) {
    const account = JSON.parse(await readFile(join(register, name), 'utf8')) as KeptAccount;
    const endpoint = new URL(account.endpoint);
    if (await isHealthy(endpoint)) {
      await end(account.pid, endpoint);
      stopped.push(account);
    }
    await rm(account.folder, { recursive: true, force: true });
    await rm(join(register, name));
  }
  await rm(register, { recursive: true, force: true });
  return stopped;
}

async function end(pid: number, endpoint: URL): Promise<void> {
  killGroup(pid, 'SIGTERM');
  const deadline = performance.now() + END_LIMIT_MS;
  while (performance.now() < deadline && (await isHealthy(endpoint))) await sleep(END_POLL_MS);
  // The functions' processes may outlive their parent.
  killGroup(pid, 'SIGKILL');
}
