import { join } from 'node:path';
import { npm } from './npm.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What npm would publish. */
export interface Tarball {
  /** Its file; there is none after a dry run. */
  readonly path: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  readonly unpackedBytes: number;
}

/** As `npm pack --json` tells it. */
interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs what is in dist/, which is built before these tests: nothing is built anew while others read it.
 * @param folder Where the tarball is put. Default: a dry run.
 */
export async function packTarball(folder?: string): Promise<Tarball> {
  const where = folder === undefined ? ['--dry-run'] : ['--pack-destination', folder];
  const output = await npm(ROOT, ['pack', '--json', '--ignore-scripts', ...where]);
  const [packed] = JSON.parse(output) as Packed[];
  if (packed === undefined) throw new Error(`npm pack told nothing: ${output}`);
  return {
    path: join(folder ?? ROOT, packed.filename),
    files: packed.files.map(({ path }) => path).sort(),
    unpackedBytes: packed.unpackedSize,
  };
}
