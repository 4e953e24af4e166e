import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVENTS = join(import.meta.dirname, '..', '..', 'events');

/** The names of a function's sample events, without their ending, sorted. */
export function sampleNames(functionName: string): string[] {
  return readdirSync(join(EVENTS, functionName))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();
}

/** A sample event, as `<function>/<name>`. */
export function readSample(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(EVENTS, `${name}.json`), 'utf8')) as Record<string, unknown>;
}
