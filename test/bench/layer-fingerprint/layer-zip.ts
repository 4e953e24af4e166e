import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import yazl from 'yazl';
import { seededBytes } from '../../support/images/seeded-bytes.ts';

/** A layer to be measured. */
export interface BenchLayer {
  readonly name: string;
  readonly files: number;
  /** Of each file. */
  readonly minBytes: number;
  readonly maxBytes: number;
}

const WORDS = 20_000;
/** What makes program text compress to about a third. */
const RANDOM_BYTES_EVERY_WORDS = 50;
const FOLDERS = 300;

/** Writes a zip with folders full of files that are compressed as program text is, a third of it what it was. */
export async function writeLayerZip(path: string, layer: BenchLayer): Promise<{ bytes: number }> {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream.pipe(createWriteStream(path));
  const words = dictionary();
  let bytes = 0;
  for (let index = 0; index < layer.files; index += 1) {
    const noise = seededBytes(`${layer.name} ${index}`, 4);
    const size = layer.minBytes + (noise.readUInt32LE(0) % (layer.maxBytes - layer.minBytes + 1));
    const folder = `nodejs/node_modules/package-${index % FOLDERS}/lib`;
    zip.addBuffer(textOf(`${layer.name} ${index}`, size, words), `${folder}/module-${index}.js`, {
      mode: 0o100644,
    });
    bytes += size;
  }
  zip.end();
  await finished(output);
  return { bytes };
}

function dictionary(): Buffer[] {
  const letters = seededBytes('dictionary', WORDS * 8).map((byte) => 97 + (byte % 26));
  return Array.from({ length: WORDS }, (_, index) =>
    Buffer.from([...letters.subarray(index * 8, index * 8 + 3 + (index % 5)), 32]),
  );
}

function textOf(seed: string, size: number, words: readonly Buffer[]): Buffer {
  const text = Buffer.allocUnsafe(size);
  // Two bytes choose a word; a word with its blank has four at the least.
  const choices = seededBytes(seed, size);
  let at = 0;
  for (let count = 0; at < size; count += 1) {
    const choice = choices.readUInt16LE((count * 2) % (choices.length - 1 || 1));
    // Frequent words are frequent: the power makes low numbers likelier.
    const word = words[Math.floor((choice / 65_536) ** 4 * WORDS)] ?? Buffer.from(' ');
    at += word.copy(text, at);
    if (count % RANDOM_BYTES_EVERY_WORDS === 0) at += choices.copy(text, at, count, count + 4);
  }
  return text;
}
