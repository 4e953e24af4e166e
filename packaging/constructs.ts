import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Bundle } from './bundling.ts';
import { buildDeclarations } from './declarations.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const CONSTRUCTS = join(DIST, 'index.js');

/**
 * Builds what `import … from 'deploytime'` gives: `dist/index.js`, CommonJS as aws-cdk-lib is, so that apps of either
 * kind load it, and its declarations in `dist/types/`. It is one file and not minified: a person who steps into it
 * reads it. aws-cdk-lib and constructs are the app's own, or `instanceof` would fail between two copies.
 */
export async function buildConstructs(): Promise<readonly Bundle[]> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'stacks', 'index.ts')],
    outfile: CONSTRUCTS,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The oldest Node that aws-cdk-lib runs on, and this project's own bound.
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'constructs'],
    keepNames: true,
    define: { 'import.meta.dirname': '__dirname' },
    absWorkingDir: ROOT,
    metafile: true,
    logLevel: 'silent',
  });
  // What is under dist/ is CommonJS, declarations too, though the repository itself is not.
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify({ type: 'commonjs' }, null, 2)}\n`);
  await buildDeclarations();
  return [{ file: CONSTRUCTS, metafile }];
}
