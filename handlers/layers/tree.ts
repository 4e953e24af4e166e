import type { LayerEntry, SymlinkEntry } from './entry.ts';
import { refused } from './path.ts';

/** How many symlinks Linux follows for one path before it gives up. */
const MAX_FOLLOWED_LINKS = 40;

/**
 * Checks that a file system can hold these entries, and that each of them says what it is to every reader: no path
 * twice, none both a file and a folder, no symlinks in a loop.
 * @param folders Paths of folders that are known to be there, besides those that something is in.
 * @throws ProviderError `InvalidRequest` for the first that is otherwise.
 */
export function checkTree(entries: readonly LayerEntry[], folders: readonly string[]): void {
  checkPaths(entries, folders);
  const links = entries.filter((entry) => entry.kind === 'symlink');
  if (links.length > 0) new LinkWalk(links, foldersOf(entries, folders)).check();
}

/** With a slash at its end, whatever is in a folder stands right behind the folder in the order of names. */
function checkPaths(entries: readonly LayerEntry[], folders: readonly string[]): void {
  const names = [
    ...entries.map(({ path }) => ({ name: `${path}/`, isFolder: false })),
    ...folders.map((path) => ({ name: `${path}/`, isFolder: true })),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.isFolder) - Number(b.isFolder)));
  for (const [index, { name, isFolder }] of names.entries()) {
    const next = names[index + 1];
    if (isFolder || next === undefined || !next.name.startsWith(name)) continue;
    const isTwice = next.name === name && !next.isFolder;
    throw refused(name.slice(0, -1), isTwice ? 'is there twice' : 'is both a file and a folder');
  }
}

function foldersOf(entries: readonly LayerEntry[], folders: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>(['']);
  const add = (path: string): void => {
    for (let folder = path; !all.has(folder); folder = folderOf(folder)) all.add(folder);
  };
  for (const { path } of entries) add(folderOf(path));
  for (const folder of folders) add(folder);
  return all;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Where a symlink ends, and over how many others. */
interface Resolved {
  /** The folder of the layer that it leads to; undefined for a file, for nothing, and for what is outside. */
  readonly folder: string | undefined;
  readonly links: number;
}

/** Follows symlinks by name as a kernel does, in the tree alone. Each is walked once. */
class LinkWalk {
  readonly #links: ReadonlyMap<string, SymlinkEntry>;
  readonly #folders: ReadonlySet<string>;
  readonly #resolved = new Map<string, Resolved>();

  constructor(links: readonly SymlinkEntry[], folders: ReadonlySet<string>) {
    this.#links = new Map(links.map((link) => [link.path, link]));
    this.#folders = folders;
  }

  check(): void {
    for (const link of this.#links.values()) {
      if (this.#resolve(link, 1) === undefined) throw endless(link);
    }
  }

  /** @returns Undefined where it goes on for ever, or for longer than a kernel would follow. */
  #resolve(link: SymlinkEntry, depth: number): Resolved | undefined {
    const known = this.#resolved.get(link.path);
    if (known !== undefined) return known;
    if (depth > MAX_FOLLOWED_LINKS) return undefined;
    const resolved = this.#walk(link, depth);
    if (resolved === undefined || resolved.links > MAX_FOLLOWED_LINKS) return undefined;
    this.#resolved.set(link.path, resolved);
    return resolved;
  }

  #walk(link: SymlinkEntry, depth: number): Resolved | undefined {
    let links = 1;
    // An absolute target is outside: the layer does not know where it will be.
    if (link.target.startsWith('/')) return { folder: undefined, links };
    let folder: string | undefined = folderOf(link.path);
    for (const part of link.target.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (folder === '') return { folder: undefined, links };
        folder = folderOf(folder);
        continue;
      }
      const path: string = folder === '' ? part : `${folder}/${part}`;
      const next = this.#links.get(path);
      if (next !== undefined) {
        const through = this.#resolve(next, depth + 1);
        if (through === undefined) return undefined;
        links += through.links;
        folder = through.folder;
      } else {
        folder = this.#folders.has(path) ? path : undefined;
      }
      if (folder === undefined) return { folder, links };
    }
    return { folder, links };
  }
}

function endless(link: SymlinkEntry): Error {
  return refused(
    link.path,
    `is a symlink that leads in a circle, or over more than ${MAX_FOLLOWED_LINKS} others, which is what Linux follows`,
  );
}
