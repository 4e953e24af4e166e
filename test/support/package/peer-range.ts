import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** `^2.180.0`, `>=20.15.0`: what package.json says of others it says by the lowest version that works. */
const FROM = /^(?:\^|>=)(\d+\.\d+\.\d+)$/;

interface Manifest {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = read('package.json');

/** The lowest version of a peer, or of Node, that package.json allows. */
export function lowestOf(name: string): string {
  const range = manifest.peerDependencies[name] ?? manifest.engines[name] ?? '';
  const lowest = FROM.exec(range)?.[1];
  if (lowest !== undefined) return lowest;
  throw new Error(`package.json has "${range}" for ${name}; it must be a range from one version on`);
}

/** The version that this project is developed with: the newest that was tried. */
export function lockedOf(name: string): string {
  return read(join('node_modules', name, 'package.json')).version;
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest;
}
