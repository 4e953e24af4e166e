import { posix } from 'node:path';
import type { Import, SourceFile } from './source-file.ts';

/** What breaks a rule: a sentence each, with the file in front. */
export type Rule = (files: readonly SourceFile[]) => string[];

/** Files that know of nothing above them, and that any handler may import. */
const GROUND = ['handlers/errors.ts', 'handlers/redaction.ts', 'handlers/environment.ts'];
const TELEMETRY = 'handlers/telemetry.ts';

/** From which folders of handlers/ one may import. A folder may import itself and the ground. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  entries: [
    'entries',
    'resources',
    'copy',
    'layers',
    'scaling',
    'parameters',
    'placeholder',
    'registry',
    'oci',
    'cloudformation',
    'network',
  ],
  resources: [
    'copy',
    'layers',
    'scaling',
    'parameters',
    'placeholder',
    'registry',
    'oci',
    'cloudformation',
    'network',
  ],
  cloudformation: ['oci', 'network'],
  copy: ['registry', 'oci'],
  layers: ['registry', 'oci', 'network'],
  scaling: ['cloudformation', 'registry', 'oci', 'network'],
  parameters: ['registry', 'oci', 'network'],
  placeholder: ['registry', 'oci'],
  registry: ['oci', 'network'],
  oci: [],
  network: [],
};

/**
 * Imports run one way: entries → resources → copy, layers, scaling → registry → oci. Of the custom-resource protocol
 * scaling knows how properties are read, and no more: a plan is read from a file as well.
 */
export const layers: Rule = (files) =>
  each(files, isHandler, (file, { target }) => {
    if (!target.startsWith('handlers/') || GROUND.includes(target)) return undefined;
    const from = layerOf(file.path);
    const to = layerOf(target);
    const isOfTheProtocol = from === 'scaling' && to === 'cloudformation' && !isPure(target);
    if (from === to || (LAYERS[from]?.includes(to) && !isOfTheProtocol)) return undefined;
    return GROUND.includes(file.path)
      ? `is ground, and imports ${target}`
      : `is in ${from}, and imports ${target}`;
  });

function layerOf(path: string): string {
  const [, folder, more] = path.split('/');
  return more === undefined ? 'entries' : (folder ?? '');
}

/** Modules that decide and do nothing else: no clock, environment, network, randomness, files. */
function isPure(path: string): boolean {
  return (
    /^handlers\/(oci\/|parameters\/parameter-name\.ts$)/.test(path) ||
    path === 'handlers/redaction.ts' ||
    PURE_PROPERTY_FILE.test(path) ||
    PURE_SCALING_FILE.test(path) ||
    PURE_LAYER_FILE.test(path) ||
    PURE_PLACEHOLDER_FILE.test(path)
  );
}
const PURE_PROPERTY_FILE =
  /^handlers\/(cloudformation\/(properties|property-kinds)|resources\/([a-z-]+-properties|parameter-property|repository-name|ecr-image-source))\.ts$/;
/** All of scaling, but what talks to AWS: what is around a decision gets its clock and its ports. */
const PURE_SCALING_FILE = /^handlers\/scaling\/(?!targets\/|.*-store\.ts$)/;
const PURE_LAYER_FILE = /^handlers\/layers\/(arn|entry|exclusion|failure|fingerprint|limits|path|tree)\.ts$/;
const PURE_PLACEHOLDER_FILE = /^handlers\/placeholder\/(binaries|digests|gzip|image)\.ts$/;
const PURE_BUILTINS = ['node:buffer', 'node:crypto', 'node:util', 'node:zlib'];
/** Packages that do nothing but compute. */
const PURE_PACKAGES = ['picomatch', 'temporal-polyfill'];

/** Modules that read a layer from the disk, and are otherwise as the pure ones. */
function isReader(path: string): boolean {
  return /^handlers\/layers\/(directory|zip)(-[a-z-]+)?\.ts$/.test(path);
}
const READER_MODULES = ['node:fs', 'node:fs/promises', 'node:path', 'node:stream/promises', 'yauzl'];

const IMPURE =
  /\b(process\s*\.|Date\.now\b|new Date\(\s*\)|Temporal\.Now\b|performance\.now\b|Math\.random\b|randomUUID\b|randomBytes\b|fetch\(|setTimeout\(|setInterval\()/;

export const purity: Rule = (files) => {
  const pure = files.filter(({ path }) => isPure(path));
  const readers = files.filter(({ path }) => isReader(path));
  const isFine = ({ target, isType }: Import): boolean =>
    isType ||
    isPure(target) ||
    target === 'handlers/errors.ts' ||
    [...PURE_BUILTINS, ...PURE_PACKAGES].includes(target);
  const isFineInReader = ({ target }: Import): boolean => isReader(target) || READER_MODULES.includes(target);
  return [
    ...each(pure, all, (_, imported) =>
      isFine(imported) ? undefined : `is pure, and imports ${imported.target}`,
    ),
    ...each(readers, all, (_, imported) =>
      isFine(imported) || isFineInReader(imported)
        ? undefined
        : `reads files only, and imports ${imported.target}`,
    ),
    ...[...pure, ...readers].flatMap(({ path, code }) => {
      const found = IMPURE.exec(code);
      return found === null ? [] : [`${path} is pure, and uses ${found[1]}`];
    }),
  ];
};

/** handlers/ stands alone; what runs elsewhere takes from it what is pure or reads layers, and types. Nothing imports test or events. */
export const folders: Rule = (files) =>
  each(
    files,
    ({ path }) => !path.startsWith('test/'),
    (file, { target, isType }) => {
      const from = topFolder(file.path);
      const to = topFolder(target);
      if (to === undefined || from === to) return undefined;
      const isOpen = isType || isPure(target) || isReader(target) || target === 'handlers/errors.ts';
      if (to === 'handlers' && isOpen) return undefined;
      // The reference is typed by the names of the service's properties.
      if (from === 'reference' && to === 'stacks' && isType) return undefined;
      // The one definition of how a handler is bundled.
      if (from === 'local' && target === 'packaging/bundling.ts') return undefined;
      // It builds what the others are.
      if (from === 'packaging') return undefined;
      return `imports ${target}`;
    },
  );

function topFolder(path: string): string | undefined {
  const folder = path.split('/')[0];
  return folder !== undefined &&
    ['cli', 'events', 'handlers', 'local', 'packaging', 'reference', 'stacks', 'test'].includes(folder)
    ? folder
    : undefined;
}

export const events: Rule = (files) =>
  each(files, all, (_, { target }) => (topFolder(target) === 'events' ? `imports ${target}` : undefined));

/** A function's environment is read in one place. */
export const environment: Rule = (files) =>
  files
    .filter((file) => isHandler(file) && file.path !== 'handlers/environment.ts')
    .filter(({ code }) => /\bprocess\s*\.\s*env\b|\benv\b[^;]*\bfrom\s*["']node:process["']/.test(code))
    .map(({ path }) => `${path} reads process.env`);

/** The AWS SDK's clients stand at the edge. Types of theirs may be named inside. */
export const sdk: Rule = (files) =>
  each(files, isHandler, (file, { target, isType }) => {
    const isEdge =
      isEntry(file.path) ||
      file.path === 'handlers/registry/credentials.ts' ||
      /-store\.ts$/.test(file.path) ||
      file.path.startsWith('handlers/scaling/targets/');
    return !isType && target.startsWith('@aws-sdk/') && !isEdge ? `imports ${target}` : undefined;
  });

export const frameworks: Rule = (files) =>
  each(files, isHandler, (file, { target, isType }) => {
    const isFramework = target.startsWith('@middy/') || target.startsWith('@aws-lambda-powertools/');
    return !isType && isFramework && !isEntry(file.path) && file.path !== TELEMETRY
      ? `imports ${target}`
      : undefined;
  });

/** What runs in Lambda is bundled from these packages, whatever else is installed here. */
export const dependencies =
  (names: readonly string[]): Rule =>
  (files) =>
    each(files, isHandler, (_, { target, isType }) => {
      const isPackage = !isType && topFolder(target) === undefined && !target.startsWith('node:');
      if (!isPackage || names.some((name) => target === name || target.startsWith(`${name}/`)))
        return undefined;
      return `imports ${target}, which is none of the bundled packages`;
    });

/** No file imports itself over others. `import type` makes no cycle: it is gone at run time. */
export const cycles: Rule = (files) => {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ isType }) => !isType).map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
};

const VAGUE_WORDS = ['util', 'utils', 'common', 'helper', 'helpers', 'manager', 'misc', 'shared'];

/** A file is named for one noun of its field. */
export const names: Rule = (files) =>
  files.flatMap(({ path }) => {
    const vague = path.split(/[/.-]/).find((word) => VAGUE_WORDS.includes(word));
    return vague === undefined ? [] : [`${path} is named "${vague}"`];
  });

const MOST_LINES = 400;

export const size: Rule = (files) =>
  files
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${MOST_LINES} are allowed`);

/** Every import that a rule has something to say about. */
function each(
  files: readonly SourceFile[],
  isMeant: (file: SourceFile) => boolean,
  judge: (file: SourceFile, imported: Import) => string | undefined,
): string[] {
  return files.filter(isMeant).flatMap((file) =>
    file.imports.flatMap((imported) => {
      const verdict = judge(file, imported);
      return verdict === undefined ? [] : [`${file.path} ${verdict}`];
    }),
  );
}

function all(): boolean {
  return true;
}

function isHandler({ path }: SourceFile): boolean {
  return path.startsWith('handlers/');
}

/** A function's own file: directly in handlers/. */
function isEntry(path: string): boolean {
  return posix.dirname(path) === 'handlers' && path !== TELEMETRY && !GROUND.includes(path);
}
