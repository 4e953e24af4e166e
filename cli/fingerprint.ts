import { stat } from 'node:fs/promises';
import { ProviderError } from '../handlers/errors.ts';
import { readDirectory } from '../handlers/layers/directory.ts';
import type { LayerEntry } from '../handlers/layers/entry.ts';
import { type Exclusion, parseExclusion } from '../handlers/layers/exclusion.ts';
import { type Fingerprint, fingerprintOf, sortedByPath } from '../handlers/layers/fingerprint.ts';
import { readZip } from '../handlers/layers/zip.ts';
import { CliError } from './cli-error.ts';

/** A layer on this machine, and what its hash is made of. */
export interface LayerFile {
  /** As it was given. */
  readonly path: string;
  readonly kind: 'directory' | 'zip';
  readonly fingerprint: Fingerprint;
  /** In the order in which they are hashed. */
  readonly entries: readonly LayerEntry[];
  /** Of the files' contents, unpacked. */
  readonly bytes: number;
}

/**
 * Reads layers one after the other, each a directory or a zip.
 * @throws CliError `Usage` for the first that can't be read, and for a pattern that is none.
 */
export async function readLayerFiles(
  paths: readonly string[],
  options: { readonly exclude?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<LayerFile[]> {
  const { exclude = [], signal } = options;
  try {
    const exclusion = parseExclusion(exclude);
    const layers: LayerFile[] = [];
    for (const path of paths) layers.push(await readLayerFile(path, exclusion, signal));
    return layers;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Usage', error.message, { cause: error });
  }
}

async function readLayerFile(path: string, exclude: Exclusion, signal: AbortSignal): Promise<LayerFile> {
  signal.throwIfAborted();
  const kind = (await isDirectory(path)) ? 'directory' : 'zip';
  const { entries, bytes } =
    kind === 'directory' ? readDirectory(path, { exclude }) : await readZip(path, { exclude, signal });
  return { path, kind, fingerprint: fingerprintOf(entries), entries: sortedByPath(entries), bytes };
}

/** What can't be looked at is left to the reader of zips, which says what is wrong with it. */
async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
