import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../stacks/service-name.ts';
import { type Bundle, buildBundle } from './bundling.ts';

const ROOT = join(import.meta.dirname, '..');
/** Where stacks/function-code.ts looks for them. */
const FUNCTIONS_FOLDER = join(ROOT, 'dist', 'functions');

/**
 * Bundles every function of the service into `dist/functions/<name>/index.mjs`. Each file is replaced at once, so that
 * a deployment that reads it meanwhile has the one or the other, whole.
 */
export async function buildFunctions(): Promise<readonly Bundle[]> {
  const bundles: Bundle[] = [];
  const scratch = join(ROOT, 'dist', `.functions-${randomUUID()}`);
  try {
    for (const name of FUNCTION_NAMES) {
      const { file, metafile } = await buildBundle(join(ROOT, 'handlers', `${name}.ts`), join(scratch, name));
      const folder = join(FUNCTIONS_FOLDER, name);
      mkdirSync(folder, { recursive: true });
      const bundle = join(folder, 'index.mjs');
      renameSync(file, bundle);
      bundles.push({ file: bundle, metafile });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return bundles;
}
