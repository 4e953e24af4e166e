import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const LIMIT_MS = 2 * 60 * 1000;

/**
 * Runs the compiler for one of the project's configurations.
 * @throws Error with what the compiler says.
 */
export async function runTypeScript(configuration: string, options: readonly string[]): Promise<void> {
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  try {
    await promisify(execFile)(compiler, ['-p', configuration, ...options], { cwd: ROOT, timeout: LIMIT_MS });
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string };
    throw new Error(`tsc -p ${configuration} failed:\n${stdout ?? ''}`, { cause: error });
  }
}
