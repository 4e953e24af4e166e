import picomatch from 'picomatch';
import { ProviderError } from '../errors.ts';

/** Which paths of a layer don't count. */
export interface Exclusion {
  /** As they were given, without those that always hold. */
  readonly patterns: readonly string[];
  /** Whether a file or a symlink is left out: by its own name, or by a folder that it is in. */
  excludes(path: string): boolean;
  /** Whether a folder is left out, with all that is in it. */
  excludesFolder(path: string): boolean;
}

/** What a Python interpreter and a Mac leave behind: never part of what a layer does. */
export const ALWAYS_EXCLUDED = ['__pycache__/', '*.pyc', '.DS_Store'] as const;
export const MAX_PATTERNS = 50;
export const MAX_PATTERN_LENGTH = 256;
/**
 * Of `*`, `**` and `{…}` in one pattern. An expression tries every way to spread a name over them: with more of them,
 * a name of 60 letters can take minutes, in which no deadline is heard.
 */
export const MAX_WILDCARDS = 6;

/** One pattern, ready to be asked. */
interface Glob {
  readonly isForFolders: boolean;
  /** Whether it is held against the last part of a path instead of the whole. */
  readonly isForName: boolean;
  readonly expression: RegExp;
}

/**
 * Reads globs. `*` and `?` stand for anything but `/`, `**` for folders too, `[a-z]` for one character, `{a,b}` for
 * alternatives; a leading dot is a character as any other. A pattern without a slash holds at any depth, one with a
 * slash from the layer's root, one that ends in a slash for folders alone. A folder that is left out takes along
 * what is in it. Upper and lower case differ.
 * @throws ProviderError `InvalidRequest` for a pattern that says something else, `ServiceLimitExceeded` for too many.
 */
export function parseExclusion(patterns: readonly string[] = []): Exclusion {
  if (patterns.length > MAX_PATTERNS) {
    throw new ProviderError(
      'ServiceLimitExceeded',
      `there are ${patterns.length} patterns to exclude; ${MAX_PATTERNS} are allowed`,
    );
  }
  return new Globs(patterns, [...ALWAYS_EXCLUDED, ...patterns].map(parseGlob));
}

class Globs implements Exclusion {
  readonly patterns: readonly string[];
  readonly #folderGlobs: readonly Glob[];
  readonly #fileGlobs: readonly Glob[];
  readonly #folders = new Map<string, boolean>([['', false]]);

  constructor(patterns: readonly string[], globs: readonly Glob[]) {
    this.patterns = patterns;
    this.#folderGlobs = globs;
    this.#fileGlobs = globs.filter(({ isForFolders }) => !isForFolders);
  }

  excludes(path: string): boolean {
    return this.excludesFolder(folderOf(path)) || matches(this.#fileGlobs, path);
  }

  excludesFolder(path: string): boolean {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const verdict = this.excludesFolder(folderOf(path)) || matches(this.#folderGlobs, path);
    this.#folders.set(path, verdict);
    return verdict;
  }
}

function matches(globs: readonly Glob[], path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return globs.some(({ isForName, expression }) => expression.test(isForName ? name : path));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function parseGlob(pattern: string): Glob {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw invalid(
      `${pattern.slice(0, MAX_PATTERN_LENGTH)}…`,
      `it has ${pattern.length} characters; ${MAX_PATTERN_LENGTH} are allowed`,
    );
  }
  const isForFolders = pattern.endsWith('/');
  const body = pattern.replace(/^\//, '').replace(/\/$/, '');
  if (body === '') throw invalid(pattern, 'it names nothing');
  if (body.startsWith('!'))
    throw invalid(pattern, 'a pattern can exclude, but not take back what another excludes');
  if (body.includes('\\')) throw invalid(pattern, 'it has a backslash; folders are separated by "/"');
  const other = /[()|"\p{Cc}]/u.exec(body)?.[0];
  if (other !== undefined) {
    throw invalid(pattern, `it has ${JSON.stringify(other)}; wildcards are *, **, ?, [a-z] and {a,b}`);
  }
  if (body.split('/').some((part) => part === '' || part === '.' || part.includes('..'))) {
    throw invalid(pattern, 'none of its parts may be empty or ".", or have ".."');
  }
  const wildcards = body.match(/\*+|\{/g)?.length ?? 0;
  if (wildcards > MAX_WILDCARDS) {
    throw invalid(pattern, `it has ${wildcards} of "*", "**" and "{…}"; ${MAX_WILDCARDS} are allowed`);
  }
  return { isForFolders, isForName: !/\/./.test(pattern), expression: expressionOf(pattern, body) };
}

function expressionOf(pattern: string, body: string): RegExp {
  try {
    return picomatch.makeRe(body, {
      dot: true,
      windows: false,
      noextglob: true,
      nonegate: true,
      strictBrackets: true,
      // So that [!a] is what it is in a shell.
      posix: true,
      // Otherwise an expression that can't be compiled matches nothing, in silence.
      debug: true,
    });
  } catch (error) {
    throw invalid(pattern, whyMalformed(error));
  }
}

/** In the package's own words, without the expression that it made and its advice to write a backslash. */
function whyMalformed(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [what = ''] = message.replace(/^Invalid regular expression: .*: /, '').split(' - ');
  return `${what.charAt(0).toLowerCase()}${what.slice(1)}`;
}

function invalid(pattern: string, why: string): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    `${JSON.stringify(pattern)} is no pattern to exclude files by: ${why}`,
  );
}
