import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Bundle } from './bundling.ts';

const ROOT = join(import.meta.dirname, '..');

/** A package of which there is code in what this one ships. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, as the package itself says. */
  readonly licence: string;
  /** GitHub's `<owner>/<name>`; undefined where it is from elsewhere. */
  readonly repository: string | undefined;
  /** Where it is installed, from the root: `node_modules/undici`. */
  readonly folder: string;
  /** Its files of which there is code in a bundle, from its own folder. */
  readonly files: readonly string[];
  /** The bundles with code of it, from the root: `dist/cli.mjs`. */
  readonly bundles: readonly string[];
  /** A file of this project imports it. */
  readonly isDirect: boolean;
  /** The folders of the packages that it depends on and that are bundled too. */
  readonly dependencies: readonly string[];
  /** Of the registry's archive: `sha512-…`. */
  readonly integrity: string | undefined;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly repository?: string | { readonly url?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** The innermost package of a path: within `node_modules/a/node_modules/b/index.js` it is b. */
const PACKAGE_PATH = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\/(.+)$/;

/** Every package of which esbuild has left code in one of the bundles, by folder. What it could leave out whole is none. */
export function readInventory(bundles: readonly Bundle[], root = ROOT): readonly BundledPackage[] {
  const found = new Map<string, { files: Set<string>; bundles: Set<string> }>();
  const direct = new Set(bundles.flatMap(({ metafile }) => importedByOwnFiles(metafile.inputs)));
  for (const { file, metafile } of bundles) {
    for (const path of contributingFiles(metafile.outputs)) {
      const [, folder, inner] = PACKAGE_PATH.exec(path) ?? [];
      if (folder === undefined || inner === undefined) continue;
      const { files, bundles: users } = found.get(folder) ?? { files: new Set(), bundles: new Set() };
      found.set(folder, { files: files.add(inner), bundles: users.add(relative(root, file)) });
    }
  }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const folders = [...found.keys()].sort();
  return folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
    return {
      name: manifest.name,
      version: manifest.version,
      licence: typeof manifest.license === 'string' ? manifest.license : '',
      repository: gitHubRepository(manifest),
      folder,
      files: [...(found.get(folder)?.files ?? [])].sort(),
      bundles: [...(found.get(folder)?.bundles ?? [])].sort(),
      isDirect: direct.has(folder),
      dependencies: dependenciesOf(manifest)
        .map((name) => resolvePackage(name, folder, folders))
        .filter((dependency) => dependency !== undefined)
        .sort(),
      integrity: lock.packages[folder]?.integrity,
    };
  });
}

function contributingFiles(outputs: Bundle['metafile']['outputs']): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
}

function importedByOwnFiles(inputs: Bundle['metafile']['inputs']): readonly string[] {
  return Object.entries(inputs)
    .filter(([path]) => !PACKAGE_PATH.test(path))
    .flatMap(([, { imports }]) => imports.map(({ path }) => PACKAGE_PATH.exec(path)?.[1]))
    .filter((folder) => folder !== undefined);
}

function dependenciesOf(manifest: Manifest): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** Looks where Node would: beside the package's own dependencies first, then further out. */
function resolvePackage(name: string, from: string, folders: readonly string[]): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (folders.includes(candidate)) return candidate;
    if (folder === '') return undefined;
  }
}

function gitHubRepository({ repository }: Manifest): string | undefined {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return /github\.com[/:]([^/]+\/[^/#]+?)(?:\.git)?(?:[/#]|$)/.exec(url ?? '')?.[1];
}
