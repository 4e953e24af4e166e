import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seededBytes } from '../images/seeded-bytes.ts';

/** A layer's content as a test means it, whatever it is written to. */
export interface Tree {
  readonly files: readonly TreeFile[];
  readonly links: readonly TreeLink[];
  /** Folders that are written as such; they don't count. */
  readonly folders: readonly string[];
}

export interface TreeFile {
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

/** After which the numbers come again. */
const DICE_BYTES = 4 * 1024;

/** Numbers without a pattern: the same for the same seed, on every machine. */
export class Dice {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(seed: string) {
    this.#bytes = seededBytes(seed, DICE_BYTES);
  }

  /** From 0 up to `below`, without it. */
  roll(below: number): number {
    this.#at = (this.#at + 4) % this.#bytes.length;
    return this.#bytes.readUInt32LE(this.#at) % below;
  }

  pick<const T>(values: readonly [T, ...T[]]): T {
    return values[this.roll(values.length)] ?? values[0];
  }

  shuffle<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, place: this.roll(2 ** 32) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ value }) => value);
  }
}

/** Parts of names: what people write, what sorts oddly, and what more than one encoding has. */
const NAMES = [
  ...[
    'a',
    'b',
    'A',
    'lib',
    'index.js',
    'a-b',
    'a.b',
    'a b',
    '.hidden',
    '..data',
    'x'.repeat(120),
    'a-',
    '~',
    '%2e',
  ],
  ...[
    'é',
    'e\u0301',
    'ß',
    'Ж',
    '日本',
    '\uffee',
    '😀',
    '𝒳',
    'ﬁ',
    '\u00a0',
    "it's",
    '"',
    '[x]',
    '{a,b}',
    '*',
    '#',
  ],
] as const;
/** What never counts. */
const EXCLUDED_NAMES = ['__pycache__', 'm.pyc', '.DS_Store'] as const;
const MODES = [0o644, 0o600, 0o444] as const;
const EXECUTABLE_MODES = [0o755, 0o744, 0o654, 0o645] as const;

/** A tree of up to a dozen entries, some in folders, some excluded. */
export function treeOf(seed: string): Tree {
  const dice = new Dice(seed);
  const taken = new Set<string>();
  const folders = [''];
  for (let count = dice.roll(4); count > 0; count -= 1) {
    const folder = newPath(dice, folders, taken);
    if (folder !== undefined) folders.push(folder);
  }
  const paths: string[] = [];
  for (let count = 1 + dice.roll(6); count > 0; count -= 1) {
    const path = newPath(dice, folders, taken);
    if (path !== undefined) paths.push(path);
  }
  const links = paths.filter((_, index) => index % 4 === 3);
  const files = paths.filter((path) => !links.includes(path));
  return {
    files: files.map((path) => ({ path, content: contentOf(dice, path), isExecutable: dice.roll(4) === 0 })),
    links: links.map((path) => ({ path, target: targetOf(dice, path, files) })),
    folders: folders.slice(1),
  };
}

function newPath(dice: Dice, folders: readonly string[], taken: Set<string>): string | undefined {
  const folder = folders[dice.roll(folders.length)] ?? '';
  const name = dice.roll(12) === 0 ? dice.pick(EXCLUDED_NAMES) : dice.pick(NAMES);
  const path = folder === '' ? name : `${folder}/${name}`;
  if (taken.has(path)) return undefined;
  taken.add(path);
  return path;
}

function contentOf(dice: Dice, path: string): Buffer {
  const size = dice.pick([0, 1, 40, 700]);
  return dice.roll(2) === 0 ? seededBytes(path, size) : Buffer.alloc(size, `text of ${path}\r\n`);
}

/** Nowhere, outside, or to a file; never in a circle. */
function targetOf(dice: Dice, path: string, files: readonly string[]): string {
  const root = '../'.repeat(path.split('/').length - 1);
  return dice.pick(['nowhere', '/opt/lib/x', '../../outside', `${root}${files[0]}`, 'ziel/é']);
}

/** Writes a tree to a folder. */
export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const path of tree.folders) mkdirSync(join(folder, path), { recursive: true });
  for (const file of tree.files) {
    const place = join(folder, file.path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, file.content);
    chmodSync(place, modeOf(file));
  }
  for (const { path, target } of tree.links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
}

/** A mode that says no more than the tree does: which of the executable bits are set does not count. */
export function modeOf({ path, isExecutable }: TreeFile): number {
  const dice = new Dice(path);
  return isExecutable ? dice.pick(EXECUTABLE_MODES) : dice.pick(MODES);
}
