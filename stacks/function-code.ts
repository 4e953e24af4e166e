import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from './service-name.ts';

/** Where a function's code is. */
export type FunctionCode = (name: FunctionName) => Code;

/** Beside this file's folder in the repository; in the package this file is dist/index.js, and its place comes out the same. */
const FUNCTIONS_FOLDER = join(import.meta.dirname, '..', 'dist', 'functions');

/**
 * The bundle that was built with the package: an app that uses it needs no esbuild and no Docker.
 * @throws Error where it was not built.
 */
export const prebuiltCode: FunctionCode = (name) => {
  const folder = join(FUNCTIONS_FOLDER, name);
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(
    `The code of ${name} is not in ${folder}; in a clone of the repository, npm run build makes it`,
  );
};
