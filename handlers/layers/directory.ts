import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { ProviderError } from '../errors.ts';
import type { FileEntry, LayerEntry, LayerReading } from './entry.ts';
import { type Exclusion, parseExclusion } from './exclusion.ts';
import { naming, readFailure } from './failure.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { LAYER_LIMITS, type LayerLimits, ReadingBudget } from './limits.ts';
import { parsePath, parseTarget, refused } from './path.ts';
import { checkTree } from './tree.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface DirectoryOptions {
  /** Default: what is always left out. */
  readonly exclude?: Exclusion;
  /** Default `LAYER_LIMITS`. */
  readonly limits?: LayerLimits;
}

/**
 * The fingerprint of a directory's content: the same as of a zip of it, and of a layer version made of that.
 * It reads synchronously, in chunks, and follows no symlink within. What is excluded is not looked at.
 * @throws ProviderError `NotFound`, `AccessDenied` or `InvalidRequest` for what is not there, can't be read, or can't
 * be part of a layer (devices, sockets, names that are no UTF-8, symlinks in a circle), `ServiceLimitExceeded` for a
 * layer that Lambda would not take.
 */
export function fingerprintDirectory(directory: string, options: DirectoryOptions = {}): Fingerprint {
  return fingerprintOf(readDirectory(directory, options).entries);
}

/** What the fingerprint of a directory is made of. @throws ProviderError as above. */
export function readDirectory(directory: string, options: DirectoryOptions = {}): LayerReading {
  const { exclude = parseExclusion(), limits = LAYER_LIMITS } = options;
  return naming(directory, () => {
    if (!reading('', () => statSync(directory)).isDirectory()) {
      throw new ProviderError('InvalidRequest', 'it is no directory');
    }
    const budget = new ReadingBudget(limits);
    const reader = new DirectoryReader(directory, exclude, budget);
    reader.readFolder('');
    checkTree(reader.entries, []);
    return { entries: reader.entries, bytes: budget.bytes };
  });
}

class DirectoryReader {
  readonly entries: LayerEntry[] = [];
  readonly #root: string;
  readonly #exclude: Exclusion;
  readonly #budget: ReadingBudget;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(root: string, exclude: Exclusion, budget: ReadingBudget) {
    this.#root = root;
    this.#exclude = exclude;
    this.#budget = budget;
  }

  /** Its depth is bounded by that of a path. */
  readFolder(folder: string): void {
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = reading(folder, () => readdirSync(join(this.#root, folder), { encoding: 'buffer' }));
    for (const name of names) {
      this.#read(parsePath(Buffer.concat([Buffer.from(prefix), name])));
    }
  }

  #read(path: string): void {
    const place = join(this.#root, path);
    const stats = reading(path, () => lstatSync(place));
    if (stats.isDirectory() ? this.#exclude.excludesFolder(path) : this.#exclude.excludes(path)) return;
    this.#budget.countEntry();
    if (stats.isDirectory()) this.readFolder(path);
    else if (stats.isFile()) this.entries.push(this.#readFile(path, place));
    else if (stats.isSymbolicLink()) {
      const target = reading(path, () => readlinkSync(place, { encoding: 'buffer' }));
      this.entries.push({ kind: 'symlink', path, target: parseTarget(path, target) });
    } else throw refused(path, `is a ${kindOf(stats)}; files, folders and symlinks are allowed`);
  }

  #readFile(path: string, place: string): FileEntry {
    // It was a file a moment ago; should it be a symlink by now, it is not followed.
    const file = reading(path, () => openSync(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)));
    try {
      const hash = createHash('sha256');
      for (;;) {
        const length = reading(path, () => readSync(file, this.#chunk));
        if (length === 0) break;
        this.#budget.countBytes(length);
        hash.update(this.#chunk.subarray(0, length));
      }
      const isExecutable = (fstatSync(file).mode & 0o111) !== 0;
      return { kind: 'file', path, isExecutable, sha256: hash.digest('hex') };
    } finally {
      closeSync(file);
    }
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'socket';
  return stats.isFIFO() ? 'pipe' : 'device';
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readFailure(path, error);
  }
}
