import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceFunctionName } from '../../../local/runtime/service-function.ts';
import { buildBundle } from '../../../packaging/bundling.ts';

const HANDLERS = join(import.meta.dirname, '..', '..', '..', 'handlers');
const built = new Map<string, Promise<string>>();
let root: string | undefined;

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
  await buildBundle(entry, folder);
  return folder;
}

function rootFolder(): string {
  if (root !== undefined) return root;
  const folder = mkdtempSync(join(tmpdir(), 'deploytime-bundles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  root = folder;
  return folder;
}
