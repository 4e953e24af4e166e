import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** What `npm pack` takes beside dist/. */
const PACKED = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
const READABLE = 0o644;
const EXECUTABLE = 0o755;
const OWNER_EXECUTES = 0o100;

/**
 * Gives every packed file the mode that it has with a umask of 022. npm's archive holds the modes of the files as they
 * are: with the builder's own umask it would differ from everybody else's, and hold files that only root can read.
 */
export function settleFileModes(): void {
  // What begins with a dot is not packed: it is another build's, at work.
  const built = readdirSync(DIST).filter((name) => !name.startsWith('.'));
  const packed = PACKED.map((name) => join(ROOT, name)).filter((path) => existsSync(path));
  for (const path of [...built.flatMap((name) => filesOf(join(DIST, name))), ...packed]) {
    const { mode } = statSync(path);
    const settled = (mode & OWNER_EXECUTES) === 0 ? READABLE : EXECUTABLE;
    if ((mode & 0o777) !== settled) chmodSync(path, settled);
  }
}

/** The file, or all files of the folder. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
