import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../cli/run.ts';
import type { CommandEnd } from './command.ts';

/** The instant at which tests ask, where they don't say: noon of a Tuesday. */
export const NOW = '2026-10-20T12:00:00Z';

export interface PlanRunOptions {
  /** By name; they are there in the folder in which the command runs. Default: none. */
  readonly files?: Readonly<Record<string, string | object>>;
  /** Default `NOW`. */
  readonly now?: string;
  /** Default: no terminal. */
  readonly isTTY?: boolean;
  /** Files that are read afterwards, by name. Default: none. */
  readonly read?: readonly string[];
}

/** Runs `deploytime plan` in this process. `@name` stands for a file's path. */
export async function runPlanHere(
  args: readonly string[],
  { files = {}, now = NOW, isTTY = false, read = [] }: PlanRunOptions = {},
): Promise<CommandEnd & { readonly written: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-plan-'));
  const pathOf = (name: string) => join(folder, name);
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(pathOf(name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    const said = { stdout: '', stderr: '' };
    const streamTo = (name: keyof typeof said) => ({
      isTTY,
      write: (text: string | Uint8Array) => {
        said[name] += String(text).replaceAll(`${folder}/`, '');
        return true;
      },
    });
    const given = args.map((arg) => (arg.startsWith('@') ? pathOf(arg.slice(1)) : arg));
    const exitCode = await run(
      ['plan', ...given, '--now', now],
      { stdout: streamTo('stdout'), stderr: streamTo('stderr'), environment: {} },
      new AbortController().signal,
    );
    const written = await Promise.all(read.map((name) => readFile(pathOf(name), 'utf8')));
    return { exitCode, ...said, written };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A plan that is open every night from 0:30 to 5:00, for a cluster and a service. */
export const NIGHTLY = {
  Name: 'nightly',
  Start: 'cron(30 0 * * ? *)',
  End: 'cron(0 5 * * ? *)',
  Steps: [
    { Target: 'docdb/orders', InstanceClass: 'db.r6g.2xlarge' },
    { Target: 'ecs/prod/batch', DesiredCount: 12 },
  ],
};

/** The properties of a plan in Berlin. */
export function berlin(...scenarios: readonly object[]): object {
  return { Timezone: 'Europe/Berlin', Scenarios: scenarios };
}

export const SERVICE_ONLY = { ...NIGHTLY, Steps: [{ Target: 'ecs/prod/batch', DesiredCount: 12 }] };
