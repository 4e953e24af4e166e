import { existsSync, readFileSync } from 'node:fs';
import type { TarEntry } from '../../handlers/oci/tar.ts';
import { buildImage, type Image } from './image.ts';

/** Where Debian's package busybox-static puts its program; a busybox that needs shared libraries is elsewhere too. */
const BUSYBOX = '/usr/bin/busybox';
/** Under which names a shell script in the image finds it. */
const APPLETS = ['sh', 'cat', 'ls', 'httpd', 'wget'];

/** The image of one release of the example's application, and what it is made of. */
export interface ExampleImage {
  readonly image: Image;
  readonly description: string;
}

/**
 * A small real image: busybox as a layer below, and the release's own file above it, so that two releases share
 * a layer as an application's do. On a machine without a static busybox the lower layer is a text file.
 */
export function buildExampleImage(release: string): ExampleImage {
  const program = findStaticProgram(BUSYBOX);
  const base: TarEntry[] =
    program === undefined
      ? [textFile('README', 'An image without a program: it is copied, never run.\n')]
      : [
          { kind: 'file', path: 'bin/busybox', content: program },
          ...APPLETS.map(
            (name) =>
              ({ kind: 'symbolic-link', path: `bin/${name}`, target: 'busybox', mode: READABLE }) as const,
          ),
        ];
  const image = buildImage({
    layers: [base, [textFile('etc/release', `${release}\n`)]],
    command: ['/bin/sh', '-c', 'cat /etc/release'],
    // What the example asks for: the program's own architecture is what its manifest says where it has one.
    architecture: 'amd64',
  });
  return { image, description: program === undefined ? 'a text file' : 'a static busybox' };
}

const READABLE = 0o644;

function textFile(path: string, text: string): TarEntry {
  return { kind: 'file', path, content: Buffer.from(text), mode: READABLE };
}

/** The x86-64 program at this path, where there is one that needs no interpreter (shared libraries). */
function findStaticProgram(path: string): Buffer | undefined {
  if (process.arch !== 'x64' || !existsSync(path)) return undefined;
  const program = readFileSync(path);
  return hasInterpreter(program) ? undefined : program;
}

const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');
const PROGRAM_HEADER_TYPE_INTERPRETER = 3;

/** Whether an ELF file of 64 bits names a dynamic loader; true for what is no such file. */
function hasInterpreter(program: Buffer): boolean {
  if (!program.subarray(0, 4).equals(ELF_MAGIC)) return true;
  const table = Number(program.readBigUInt64LE(32));
  const entryBytes = program.readUInt16LE(54);
  const entries = program.readUInt16LE(56);
  return Array.from({ length: entries }, (_, index) =>
    program.readUInt32LE(table + index * entryBytes),
  ).includes(PROGRAM_HEADER_TYPE_INTERPRETER);
}
