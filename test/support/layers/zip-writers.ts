import { buffer } from 'node:stream/consumers';
import { type Zippable, zipSync } from 'fflate';
import yazl from 'yazl';
import { Dice, modeOf, type Tree } from './tree.ts';

/** Something to be written, as a zip knows it. */
interface Member {
  readonly path: string;
  readonly content: Buffer;
  /** The Unix mode with its type. */
  readonly mode: number;
}

const REGULAR = 0o100000;
const SYMLINK = 0o120777;
const UNIX = 3;
const YEARS = [1985, 2001, 2024] as const;

/** A zip of a tree by yazl: order, times, compression and whether folders are there depend on the seed. */
export async function zipByYazl(tree: Tree, seed: string): Promise<Buffer> {
  const dice = new Dice(`yazl ${seed}`);
  const zip = new yazl.ZipFile();
  const hasFolders = dice.roll(2) === 0;
  if (hasFolders)
    for (const folder of tree.folders) zip.addEmptyDirectory(`${folder}/`, { mtime: time(dice) });
  for (const { path, content, mode } of dice.shuffle(membersOf(tree))) {
    const compress = dice.roll(2) === 0;
    zip.addBuffer(content, path, { mode, compress, mtime: time(dice), forceZip64Format: dice.roll(8) === 0 });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** The same by fflate. */
export function zipByFflate(tree: Tree, seed: string): Buffer {
  const dice = new Dice(`fflate ${seed}`);
  const zippable: Zippable = {};
  if (dice.roll(2) === 0) {
    for (const folder of tree.folders) zippable[`${folder}/`] = [new Uint8Array(), { mtime: time(dice) }];
  }
  for (const { path, content, mode } of dice.shuffle(membersOf(tree))) {
    const level = dice.pick([0, 1, 6, 9] as const);
    // Its attributes are a signed number: `mode << 16` alone would be negative.
    zippable[path] = [content, { level, os: UNIX, attrs: mode * 0x1_0000, mtime: time(dice) }];
  }
  return Buffer.from(zipSync(zippable));
}

function membersOf({ files, links }: Tree): Member[] {
  return [
    ...files.map((file) => ({ path: file.path, content: file.content, mode: REGULAR | modeOf(file) })),
    ...links.map(({ path, target }) => ({ path, content: Buffer.from(target), mode: SYMLINK })),
  ];
}

function time(dice: Dice): Date {
  return new Date(dice.pick(YEARS), dice.roll(12), 1 + dice.roll(28), dice.roll(24), dice.roll(60));
}
