import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Where `node local/setup.mjs test` puts programs: this project's own Python environment, and what else is its own. */
const OWN_FOLDERS = [join(ROOT, '.venv', 'bin'), join(ROOT, '.cache', 'programs')];

/**
 * The independent programs that tests hold our work against, and how a reader gets each of them.
 * None is needed for the unit tests.
 */
const WITNESSES = {
  'docker-registry': 'apt-get install docker-registry',
  skopeo: 'apt-get install skopeo',
  umoci: 'apt-get install umoci',
  htpasswd: 'apt-get install apache2-utils',
  openssl: 'apt-get install openssl',
  python3: 'apt-get install python3',
  busybox: 'apt-get install busybox-static',
  zip: 'apt-get install zip',
  unzip: 'apt-get install unzip',
  gcc: 'apt-get install gcc libc6-dev',
  'x86_64-linux-gnu-gcc': 'apt-get install gcc-x86-64-linux-gnu',
  'aarch64-linux-gnu-gcc': 'apt-get install gcc-aarch64-linux-gnu',
  'qemu-aarch64': 'apt-get install qemu-user',
  wrk: 'apt-get install wrk',
  shellcheck: 'apt-get install shellcheck',
  chromium: 'apt-get install chromium, or name a Chrome in CHROME_PATH, then node local/setup.mjs test',
  sha256sum: 'apt-get install coreutils',
  actionlint: 'install Go, then node local/setup.mjs test',
  unshare: 'apt-get install util-linux',
  ministack: 'node local/setup.mjs test',
  aws: 'node local/setup.mjs test',
  'cfn-lint': 'node local/setup.mjs test',
  moto_server: 'node local/setup.mjs test',
} as const;

export type WitnessName = keyof typeof WITNESSES;

/** Options for node:test: empty where every witness is there, otherwise a reason to skip. */
export interface WitnessOptions {
  readonly skip?: string;
}

/**
 * Says whether a test can run here. A test that lacks a witness is skipped by name, with the way to get it.
 * In CI (`CI=true`) nothing may be skipped in silence.
 * @example test('an index keeps its digest', witness('docker-registry', 'skopeo'), async () => { … });
 * @throws Error where `CI` is `true` and a witness is missing.
 */
export function witness(...names: readonly WitnessName[]): WitnessOptions {
  const missing = names.filter((name) => findWitness(name) === undefined);
  if (missing.length === 0) return {};
  const reason = missing.map((name) => `${name} is not installed: ${WITNESSES[name]}`).join('; ');
  if (process.env.CI === 'true') throw new Error(reason);
  return { skip: reason };
}

/** The program's path, or undefined where it is neither in the project's own folders nor on PATH. */
export function findWitness(name: WitnessName): string | undefined {
  const folders = [...OWN_FOLDERS, ...(process.env.PATH ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @throws Error with the way to get it. */
export function getWitness(name: WitnessName): string {
  const path = findWitness(name);
  if (path === undefined) throw new Error(`${name} is not installed: ${WITNESSES[name]}`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
