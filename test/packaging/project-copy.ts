import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** What a fresh clone has not. The packages are linked, not copied: they are large. */
const NOT_COPIED = ['.git', '.venv', '.cache', 'node_modules', 'dist', 'cdk.out', 'coverage'];

export interface CopyOptions {
  readonly modified: Date;
  /** Whose clone it is: files have no mode that this takes away. */
  readonly umask: number;
}

/** Copies the project to another place as a fresh clone is laid there, with its packages installed. */
export function copyProject(folder: string, { modified, umask }: CopyOptions): void {
  for (const entry of readdirSync(ROOT, { withFileTypes: true })) {
    if (NOT_COPIED.includes(entry.name)) continue;
    for (const file of entry.isDirectory() ? filesBelow(entry.name) : [entry.name]) {
      place(file, folder, copyFile);
      chmodSync(join(folder, file), statSync(join(ROOT, file)).mode & 0o777 & ~umask);
      lutimesSync(join(folder, file), modified, modified);
    }
  }
  for (const file of filesBelow('node_modules')) place(file, folder, linkFile);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

function place(file: string, folder: string, lay: (from: string, to: string) => void): void {
  const to = join(folder, file);
  mkdirSync(dirname(to), { recursive: true });
  lay(join(ROOT, file), to);
}

function copyFile(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function linkFile(from: string, to: string): void {
  try {
    symlinkSync(readlinkSync(from), to);
    return;
  } catch (error) {
    // It is no symbolic link.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
  try {
    linkSync(from, to);
  } catch {
    // Another file system.
    copyFile(from, to);
  }
}
