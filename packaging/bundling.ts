import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

/** Node's version in Lambda's runtime, for esbuild. */
const TARGET = 'node24';
/**
 * ES modules first, since they are what esbuild can take unused code out of.
 * Without `main` packages that have no `module` would not be found.
 */
const MAIN_FIELDS = ['module', 'main'];
/**
 * An ES module has no `require`, and CommonJS packages within the bundle (the X-Ray SDK under the tracer is one) call
 * it for Node's own modules: without this line the bundle builds and then fails at load.
 */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * How each function's code is bundled: one ES module with everything in it, the SDK too, so that what was tested is
 * what runs, whatever the runtime brings. `npm run bench -- --only bundle-load` shows size and load time.
 *
 * Names are kept, which is 4 % more: a stack trace in the log then has the functions' names, and errors theirs. There
 * is no source map: it would be 3.6 times as large as the code, and a sixth of the load time to read.
 * More than half of a bundle is undici, which is CommonJS, so that esbuild can't leave out what is not used of it.
 */
const BUILD_OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: TARGET,
  mainFields: MAIN_FIELDS,
  banner: { js: BANNER },
  minify: true,
  keepNames: true,
  // Or paths in the bundle would depend on where it was built.
  absWorkingDir: join(import.meta.dirname, '..'),
  logLevel: 'silent',
};

/** A file that was built, and esbuild's account of what is in it. */
export interface Bundle {
  /** Its whole path. */
  readonly file: string;
  readonly metafile: Metafile;
}

/** Bundles one entry as the service has it, into `index.mjs` in the folder. */
export async function buildBundle(entry: string, outputFolder: string): Promise<Bundle> {
  const outfile = join(outputFolder, 'index.mjs');
  const { metafile } = await build({ ...BUILD_OPTIONS, entryPoints: [entry], outfile, metafile: true });
  return { file: outfile, metafile };
}
