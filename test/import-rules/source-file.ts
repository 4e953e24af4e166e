import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { transformSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['cli', 'handlers', 'local', 'reference', 'stacks', 'test'];

/** One import or re-export of a file. */
export interface Import {
  /** A file of this project by its path from the root, otherwise what is written: `node:fs`, `undici`. */
  readonly target: string;
  /** `import type`: nothing is left of it at run time. */
  readonly isType: boolean;
}

/** A source file as the rules see it. */
export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** The code alone, without types and comments. */
  readonly code: string;
}

/** Every TypeScript file of this project. */
export function readSourceFiles(): SourceFile[] {
  return globSync(`{${FOLDERS.join(',')}}/**/*.ts`, { cwd: ROOT })
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** Statements begin at the start of a line, as Biome formats them; so that text in strings is none. */
const STATIC_IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** @param path From the project's root. */
export function sourceFile(path: string, text: string): SourceFile {
  // Comments and types go; names that are imported and unused must stay, or the imports would go too.
  const { code } = transformSync(text, {
    loader: 'ts',
    format: 'esm',
    legalComments: 'none',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const imports = [
    ...[...text.matchAll(STATIC_IMPORT)].map(([, type, specifier]) => ({
      target: resolve(path, specifier ?? ''),
      isType: type !== undefined,
    })),
    ...[...code.matchAll(DYNAMIC_IMPORT)].map(([, specifier]) => ({
      target: resolve(path, specifier ?? ''),
      isType: false,
    })),
  ];
  return { path, lines: text.trimEnd().split('\n').length, imports, code };
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}
