import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ServiceFunctionName } from '../../../local/runtime/service-function.ts';
import { buildBundle } from '../../../packaging/bundling.ts';
import { buildInlineBundle } from '../../../packaging/inline-bundle.ts';
import { inlineCode } from '../../../packaging/inline-code.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const HANDLERS = join(ROOT, 'handlers');
const built = new Map<string, Promise<string>>();
let root: string | undefined;
let write = writeBundle;

/** From now on functions have the code that the template has, `index.js`, and find the AWS SDK as in Lambda's runtime. */
export function useInlineCode(): void {
  write = writeInlineCode;
}

/** The folder with a function's bundle, built once in this process. It is outside the project, so that nothing is found in node_modules. */
export function bundleOf(name: ServiceFunctionName): Promise<string> {
  return bundleOfEntry(join(HANDLERS, `${name}.ts`));
}

/** The same for any entry, by its absolute path. */
export function bundleOfEntry(entry: string): Promise<string> {
  const folder = built.get(entry) ?? build(entry);
  built.set(entry, folder);
  return folder;
}

async function build(entry: string): Promise<string> {
  const folder = mkdtempSync(join(rootFolder(), 'function-'));
  await write(entry, folder);
  return folder;
}

async function writeBundle(entry: string, folder: string): Promise<void> {
  await buildBundle(entry, folder);
}

async function writeInlineCode(entry: string, folder: string): Promise<void> {
  const { code } = await buildInlineBundle(entry);
  const functionName = basename(entry, '.ts');
  writeFileSync(join(folder, 'index.js'), await inlineCode(code, { functionName, version: 'test' }));
  // Of all packages these alone are there.
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  symlinkSync(join(ROOT, 'node_modules', '@aws-sdk'), join(packages, '@aws-sdk'));
}

function rootFolder(): string {
  if (root !== undefined) return root;
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-bundles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  root = folder;
  return folder;
}
