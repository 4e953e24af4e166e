import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The number is that of the process. */
const FOLDER = /^deploytime-layer-(?<pid>[0-9]+)-/;

/**
 * Folders for archives in the temporary storage, 512 MB in Lambda: each is gone when its work has ended, well or not.
 * Where Lambda ended a process in the middle of its work, the storage is still there for the next process: what was
 * left goes before the first folder is made.
 */
export class ArchiveFolders {
  /** Roots that this process has cleared: from then on it is its own folders that have its number. */
  static readonly #cleared = new Map<string, Promise<void>>();
  readonly #root: string;

  /** @param root Default: the system's folder for temporary files. */
  constructor(root: string = tmpdir()) {
    this.#root = root;
  }

  /** @param work Gets the path of a file that is not there yet, in a folder that nobody else may read. */
  async use<T>(work: (file: string) => Promise<T>): Promise<T> {
    const cleared = ArchiveFolders.#cleared.get(this.#root) ?? this.#clear();
    ArchiveFolders.#cleared.set(this.#root, cleared);
    await cleared;
    const folder = await mkdtemp(join(this.#root, `deploytime-layer-${process.pid}-`));
    try {
      return await work(join(folder, 'layer.zip'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Removes what processes left that are no more; this one has made nothing yet, so its number was another's. */
  async #clear(): Promise<void> {
    for (const name of await readdir(this.#root)) {
      const pid = FOLDER.exec(name)?.groups?.pid;
      if (pid === undefined || isOfAnother(Number(pid))) continue;
      try {
        await rm(join(this.#root, name), { recursive: true, force: true });
      } catch (error) {
        // Where people share a storage, another one's is not ours to remove, and no reason not to work.
        if (!isDenied(error)) throw error;
      }
    }
  }
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Whether it is the number of a process that runs, and is not this one. */
function isOfAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    // No signal is sent: only whether one could be.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
