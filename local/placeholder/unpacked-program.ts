import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../child-program.ts';

const PROGRAM_LIMIT_MS = 30_000;
/** Where the placeholder image has its program. */
const PROGRAM = 'placeholder';

/** The program of a placeholder image, as other programs read it out of the registry, or why they did not. */
export type UnpackedProgram =
  | { readonly path: string; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string };

/**
 * Copies an image out of a registry with skopeo and unpacks it with umoci: nothing of ours has a hand in it.
 * @param folder Where it goes; made where it is not there.
 */
export async function unpackProgram(
  folder: string,
  { registry, repository, tag }: { registry: URL; repository: string; tag: string },
  signal: AbortSignal,
): Promise<UnpackedProgram> {
  const layout = `${join(folder, 'layout')}:${tag}`;
  const bundle = join(folder, 'bundle');
  mkdirSync(folder, { recursive: true });
  const commands = [
    [
      ...[
        'skopeo',
        'copy',
        '--quiet',
        '--src-no-creds',
        `--src-tls-verify=${registry.protocol === 'https:'}`,
      ],
      ...[`docker://${registry.host}/${repository}:${tag}`, `oci:${layout}`],
    ],
    ['umoci', 'unpack', '--rootless', '--image', layout, bundle],
  ];
  for (const [command = '', ...args] of commands) {
    const { exitCode, tail } = await runProgram(command, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
      limitMs: PROGRAM_LIMIT_MS,
      signal,
    });
    if (exitCode !== 0) return { reason: `${command} did not unpack it (${tail.split('\n').at(-1) ?? ''})` };
  }
  const path = join(bundle, 'rootfs', PROGRAM);
  return existsSync(path) ? { path } : { reason: `the image has no /${PROGRAM}` };
}
