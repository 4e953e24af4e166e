import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const INLINE = join(import.meta.dirname, 'inline');

/**
 * What Lambda's Node runtime has, and an inline function takes from there: the clients of the AWS SDK, and nothing that
 * these stand on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export const RUNTIME_PACKAGES = ['@aws-sdk/client-*'];

/** Files of undici that its agent names, and that a request of this service never comes to. */
export const UNUSED_FILES: readonly { readonly path: string; readonly why: string }[] = [
  { path: 'lib/dispatcher/client-h2.js', why: 'HTTP/2 is switched off: handlers/network/outbound.ts' },
  { path: 'lib/llhttp/llhttp-wasm.js', why: 'Lambda on arm64 has SIMD, and so the other build is taken' },
  { path: 'lib/milo/no-simd.js', why: 'the other parser, which only UNDICI_USE_MILO asks for' },
  { path: 'lib/milo/simd.js', why: 'the other parser, which only UNDICI_USE_MILO asks for' },
  { path: 'lib/web/fetch/body.js', why: 'a body is text, bytes or a stream, and never a form' },
  { path: 'lib/web/fetch/formdata.js', why: 'a body is text, bytes or a stream, and never a form' },
  { path: 'lib/web/webidl/index.js', why: 'a body is text, bytes or a stream, and never a form' },
];

/** Packages that an inline function has another file for. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['undici', join(INLINE, 'undici.ts')],
  ['@aws-lambda-powertools/tracer', join(INLINE, 'tracer.ts')],
  ['@aws-lambda-powertools/tracer/middleware', join(INLINE, 'tracer.ts')],
]);

/** Not esbuild's alias: that goes for what is within a package as well. */
const standIn: Plugin = {
  name: 'stand-in',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:undici|@aws-lambda-powertools\/tracer(?:\/middleware)?)$/ }, ({ path }) => ({
      path: STAND_INS.get(path) ?? path,
    }));
  },
};

/** Whoever calls anything of one of these files after all gets an error that says so. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    for (const { path } of UNUSED_FILES) {
      const filter = new RegExp(`/node_modules/undici/${path.replaceAll('.', '\\.')}$`);
      onLoad({ filter }, () => ({
        contents: `const missing = () => { throw new Error('undici/${path} is not in an inline function') };
module.exports = new Proxy(missing, { get: () => missing });`,
        loader: 'js',
      }));
    }
  },
};

/**
 * How a function's code is bundled for a template that holds it: as small as it gets without being another program.
 * The SDK is the runtime's, the X-Ray SDK is left out, and of undici is there what is used. CommonJS, since
 * CloudFormation names the file index.js.
 */
const BUILD_OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  external: RUNTIME_PACKAGES,
  plugins: [standIn, leaveOut],
  // It becomes a require: code that is compiled from a text has no import() of its own.
  supported: { 'dynamic-import': false },
  minify: true,
  // As in dist/functions: errors and stack traces have their names.
  keepNames: true,
  legalComments: 'none',
  absWorkingDir: ROOT,
  logLevel: 'silent',
};

export interface InlineBundle {
  readonly code: string;
  /** What it asks the runtime for, Node's own modules among it. */
  readonly imports: readonly string[];
  readonly metafile: Metafile;
}

/** Bundles one entry for a template. */
export async function buildInlineBundle(entry: string): Promise<InlineBundle> {
  const { outputFiles, metafile } = await build({
    ...BUILD_OPTIONS,
    entryPoints: [entry],
    outfile: 'index.js',
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const code = outputFiles?.[0]?.text;
  if (code === undefined || output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return { code, imports: [...new Set(output.imports.map(({ path }) => path))].toSorted(), metafile };
}
