import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';

/*
 * `npm run bench`: all benchmarks, one after the other, or one by name: `npm run bench -- --only copy`.
 * A benchmark is a file beside this one that exports `bench`.
 */
const OWN_FILES = ['main.ts', 'bench.ts'];

const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !OWN_FILES.includes(name))
  .toSorted();
const benches: Bench[] = [];
for (const file of files) {
  const { bench } = (await import(join(import.meta.dirname, file))) as { bench?: Bench };
  if (bench !== undefined) benches.push(bench);
}

const only = readOnly(benches.map(({ name }) => name));
for (const bench of benches.filter(({ name }) => only === undefined || name === only)) {
  console.log(`\n${bench.name}`);
  try {
    await bench.run((line) => console.log(`  ${line}`));
  } catch (error) {
    console.error(`  ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

function readOnly(names: readonly string[]): string | undefined {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' } } });
    if (values.only === undefined || names.includes(values.only)) return values.only;
    throw new Error(`there is no benchmark "${values.only}"`);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}; allowed: --only ${names.join('|')}`);
    process.exit(2);
  }
}
