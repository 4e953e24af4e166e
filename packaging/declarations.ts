import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runTypeScript } from './type-script.ts';

const DIST = join(import.meta.dirname, '..', 'dist');
/** In a folder of declarations, as the source is. */
const ENTRY = join('stacks', 'index.d.ts');
/** `from './ecr-image.ts'`, and a type that is named by its file alone. */
const OWN_MODULE = /(\bfrom |\bimport\()(["'])(\.{1,2}\/[^"']+)\.ts\2/g;

/**
 * Writes `dist/types/`: the declarations of what `stacks/index.ts` exports, and of what those name, and no others. The
 * compiler makes some for every file that it reads, and leaves `.ts` in their imports, which compilers before
 * TypeScript 5 don't follow.
 */
export async function buildDeclarations(): Promise<void> {
  const all = join(DIST, `.declarations-${randomUUID()}`);
  const needed = join(DIST, `.types-${randomUUID()}`);
  try {
    await runTypeScript('tsconfig.package.json', ['--outDir', all]);
    for (const path of reachable(all, join(all, ENTRY))) {
      const target = join(needed, relative(all, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, readFileSync(path, 'utf8').replaceAll(OWN_MODULE, '$1$2$3.js$2'));
    }
    rmSync(join(DIST, 'types'), { recursive: true, force: true });
    renameSync(needed, join(DIST, 'types'));
  } finally {
    for (const scratch of [all, needed]) rmSync(scratch, { recursive: true, force: true });
  }
}

/** The entry, and each declaration that one of these imports. */
function reachable(folder: string, entry: string): ReadonlySet<string> {
  const found = new Set([entry]);
  // A set gives what is added to it while it is read.
  for (const path of found) {
    for (const [, , , name] of readFileSync(path, 'utf8').matchAll(OWN_MODULE)) {
      const imported = join(dirname(path), `${name}.d.ts`);
      if (relative(folder, imported).startsWith('..')) throw new Error(`${path} imports ${imported}`);
      found.add(imported);
    }
  }
  return found;
}
