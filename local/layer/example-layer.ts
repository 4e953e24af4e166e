import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** The layer of the example stack, as it would be deployed without a zip. */
const FOLDER = join(import.meta.dirname, '..', '..', 'stacks', 'examples', 'layer');
const FILE_MODE = 0o100644;

/** One build of the example's layer. */
export interface LayerBuild {
  /** The time that each file has in the zip. */
  readonly builtAt: Date;
  /** Puts the files in the opposite order. Default: false. */
  readonly isReversed?: boolean;
  /** Changes one byte of one file. Default: false. */
  readonly isChanged?: boolean;
}

/** Writes the zip of the example's layer: its bytes follow from the build, its content from `isChanged` alone. */
export async function buildExampleLayer(
  file: string,
  { builtAt, isReversed = false, isChanged = false }: LayerBuild,
): Promise<void> {
  const paths = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const zip = new ZipFile();
  for (const path of isReversed ? paths.reverse() : paths) {
    const content = readFileSync(path, 'utf8');
    zip.addBuffer(
      Buffer.from(isChanged ? content.replace('Hello', 'Hullo') : content),
      path.slice(FOLDER.length + 1).replaceAll(sep, '/'),
      { mtime: builtAt, mode: FILE_MODE },
    );
  }
  zip.end();
  await writeFile(file, await buffer(zip.outputStream));
}
