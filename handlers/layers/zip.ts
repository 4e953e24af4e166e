import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ProviderError } from '../errors.ts';
import type { LayerEntry, LayerReading } from './entry.ts';
import { type Exclusion, parseExclusion } from './exclusion.ts';
import { named, readFailure } from './failure.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { LAYER_LIMITS, type LayerLimits, ReadingBudget } from './limits.ts';
import { checkTree } from './tree.ts';
import { StretchReader } from './zip-content.ts';
import { readZipDirectory } from './zip-directory.ts';
import { placeEntries, type Stretch, stretchesOf } from './zip-layout.ts';

/** Stretches at a time: while one is read, another is inflated and a third is hashed. */
const MAX_CONCURRENT_STRETCHES = 3;

export interface ZipOptions {
  /** Default: what is always left out. */
  readonly exclude?: Exclusion;
  /** Default `LAYER_LIMITS`. */
  readonly limits?: LayerLimits;
  /** Ends the reading soon. */
  readonly signal?: AbortSignal;
  /** What messages call the zip. Default: its path. */
  readonly name?: string;
}

/**
 * The fingerprint of a zip's content: the same as of the directory that it was made from, whatever the order, the
 * times and the compression. Nothing is unpacked to the disk. What is excluded is not inflated.
 * @throws ProviderError `InvalidRequest` for what is no zip, is damaged, or has an entry that no layer should have,
 * `ServiceLimitExceeded` over a limit, `NotFound` and `AccessDenied` for a file that can't be read; the signal's
 * reason once that is aborted.
 */
export async function fingerprintZip(file: string, options: ZipOptions = {}): Promise<Fingerprint> {
  const { entries } = await readZip(file, options);
  return fingerprintOf(entries);
}

/** What the fingerprint of a zip is made of. @throws ProviderError as above. */
export async function readZip(file: string, options: ZipOptions = {}): Promise<LayerReading> {
  const { name = file } = options;
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) => {
      throw readFailure('', error);
    });
    try {
      return await readEntries(handle, options);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw named(name, error);
  }
}

async function readEntries(handle: FileHandle, options: ZipOptions): Promise<LayerReading> {
  const { exclude = parseExclusion(), limits = LAYER_LIMITS, signal } = options;
  const stats = await handle.stat();
  if (!stats.isFile()) throw new ProviderError('InvalidRequest', 'it is no file');
  const budget = new ReadingBudget(limits, stats.size);
  const directory = await readZipDirectory(handle, stats.size, { budget, signal });
  const placed = placeEntries(directory).filter(
    ({ entry }) => entry.kind !== 'folder' && !exclude.excludes(entry.path),
  );
  // None is inflated beyond what it declares, so the declared sizes are as good as the true ones.
  for (const { entry } of placed) budget.countBytes(entry.expandedBytes);

  const entries = await readAll(handle, stretchesOf(placed), signal);
  const folders = directory.entries.filter(
    ({ kind, path }) => kind === 'folder' && !exclude.excludesFolder(path),
  );
  checkTree(
    entries,
    folders.map(({ path }) => path),
  );
  const files = placed.filter(({ entry }) => entry.kind === 'file');
  return { entries, bytes: files.reduce((sum, { entry }) => sum + entry.expandedBytes, 0) };
}

async function readAll(
  handle: FileHandle,
  stretches: Generator<Stretch>,
  signal: AbortSignal | undefined,
): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  const work = async (): Promise<void> => {
    const reader = new StretchReader(handle, signal);
    // Whoever fails closes the generator, and the others stop at their next turn.
    for (const stretch of stretches) entries.push(...(await reader.read(stretch)));
  };
  const workers = await Promise.allSettled(Array.from({ length: MAX_CONCURRENT_STRETCHES }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return entries;
}
