import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestSums } from './test-stage.ts';

/** How a stage ended. */
export interface StageResult {
  readonly isOk: boolean;
  /** All that it wrote. */
  readonly output: string;
  /** Undefined where the stage has no tests. */
  readonly tests?: TestSums;
}

const ROOT = join(import.meta.dirname, '..', '..');
/** The slowest of these programs takes seconds. */
const PROGRAM_LIMIT_MS = 5 * 60 * 1000;

/** Runs one of the packages' programs; it passes where the program ends with 0. */
export function runProgramStage(program: string, args: readonly string[]): Promise<StageResult> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', program), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PROGRAM_LIMIT_MS,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ isOk: false, output: output + error.message }));
    child.once('close', (code) => resolve({ isOk: code === 0, output }));
  });
}
