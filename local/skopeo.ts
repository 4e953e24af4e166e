import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './child-program.ts';

const INSPECT_LIMIT_MS = 30_000;

/** What another program finds in the registry under a tag. */
export type Inspection =
  | { readonly found: 'image'; readonly digest: string }
  | { readonly found: 'nothing' }
  | { readonly found: 'unknown'; readonly reason: string };

/** The digest that `skopeo inspect` reports for a tag: a second opinion, by a program that has nothing of ours. */
export async function inspectWithSkopeo(registry: URL, repository: string, tag: string): Promise<Inspection> {
  if (!isInstalled()) return { found: 'unknown', reason: 'not checked: skopeo is not installed' };
  const { exitCode, stdout, tail } = await runProgram(
    'skopeo',
    [
      'inspect',
      '--no-creds',
      `--tls-verify=${registry.protocol === 'https:'}`,
      '--format={{.Digest}}',
      `docker://${registry.host}/${repository}:${tag}`,
    ],
    { env: { PATH: process.env.PATH, HOME: process.env.HOME }, limitMs: INSPECT_LIMIT_MS },
  );
  if (exitCode === 0) return { found: 'image', digest: stdout.trim() };
  if (/manifest unknown|name unknown|not found/i.test(tail)) return { found: 'nothing' };
  return {
    found: 'unknown',
    reason: `not checked: skopeo inspect failed (${tail.split('\n').at(-1) ?? ''})`,
  };
}

function isInstalled(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'skopeo'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
