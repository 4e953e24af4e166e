import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundledPackage } from './inventory.ts';

const ROOT = join(import.meta.dirname, '..');
/**
 * Texts that packages leave out of their archives, by GitHub repository: the licence of those that ship none, and what a
 * package's own files say of code that they took over from elsewhere.
 */
const KEPT_TEXTS = join(import.meta.dirname, 'licence-texts');
const NAME = /^(?:licen[cs]e|copying|copyright|notice|unlicense|third[-_]?party)/i;
/** A code file may be named so too. */
const CODE = /\.(?:[cm]?[jt]s|json|map)$/;

/** One file, of a package or of those that are kept here. */
export interface LicenceText {
  /** The file's name, from the package's folder. */
  readonly name: string;
  readonly text: string;
}

/**
 * The licences and notices of one package: those beside its bundled files and in the folders above them, and what is
 * kept here for its repository under names that it has no file of itself.
 */
export function readLicenceTexts(bundled: BundledPackage, root = ROOT): readonly LicenceText[] {
  const folders = new Set(['.', ...bundled.files.flatMap(foldersAbove)]);
  const own = [...folders].sort().flatMap((folder) => {
    const path = join(root, bundled.folder, folder);
    return licenceFiles(path).map((name) => ({ name: join(folder, name), text: readText(join(path, name)) }));
  });
  const kept = bundled.repository === undefined ? undefined : join(KEPT_TEXTS, bundled.repository);
  const others =
    kept === undefined
      ? []
      : licenceFiles(kept).filter((name) => !own.some((text) => stem(text.name) === name));
  return [...own, ...others.map((name) => ({ name, text: readText(join(kept ?? '', name)) }))];
}

function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}

function licenceFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NAME.test(entry.name) && !CODE.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** `LICENSE.md` and `license` are the same file for us. */
function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '').toUpperCase();
}

function readText(path: string): string {
  const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  // The first line of Apache's licence is indented.
  return `${text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()}\n`;
}
