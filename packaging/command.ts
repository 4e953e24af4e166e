import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Bundle } from './bundling.ts';

const ROOT = join(import.meta.dirname, '..');
const COMMAND = join(ROOT, 'dist', 'cli.mjs');
/** npm links it as it is: the first line says what runs it. */
const BANNER = `#!/usr/bin/env node
import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

/** Builds the `deploytime` command, `dist/cli.mjs`: all in one file, so that `npx deploytime` fetches nothing else. */
export async function buildCommand(): Promise<readonly Bundle[]> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'cli', 'main.ts')],
    outfile: COMMAND,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    minify: true,
    keepNames: true,
    absWorkingDir: ROOT,
    metafile: true,
    logLevel: 'silent',
  });
  chmodSync(COMMAND, 0o755);
  return [{ file: COMMAND, metafile }];
}
