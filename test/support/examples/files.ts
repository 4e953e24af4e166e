import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What tools leave in a folder of examples. */
const LEFT_BY_TOOLS = /(?:^|\/)(?:__pycache__|\.venv|\.aws-sam|cdk\.out)\//;

/** The files below a folder, by their paths within, sorted; what Python, SAM and the CDK leave there is none. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((path) => !LEFT_BY_TOOLS.test(path))
    .sort();
}
