import { parseArgs } from 'node:util';
import { buildCommand } from './command.ts';
import { buildConstructs } from './constructs.ts';
import { buildFunctions } from './function-bundles.ts';
import { buildTemplate } from './template.ts';

/*
 * Builds dist/, what the npm package has: `npm run build`. With `-- --only functions` just the functions' bundles,
 * which the CDK app needs.
 */

interface Part {
  readonly name: string;
  readonly build: () => Promise<void>;
}

const PARTS: readonly Part[] = [
  { name: 'functions', build: buildFunctions },
  { name: 'constructs', build: buildConstructs },
  { name: 'command', build: buildCommand },
  { name: 'template', build: buildTemplate },
];

const only = readOnly(process.argv.slice(2));
for (const { name, build } of PARTS.filter((part) => only.length === 0 || only.includes(part.name))) {
  const started = performance.now();
  await build();
  // On stderr: `npm pack --json` has stdout for itself.
  process.stderr.write(`built ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}

function readOnly(args: readonly string[]): readonly string[] {
  const { only: names } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true, default: [] } },
  }).values;
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown === undefined) return names;
  process.stderr.write(
    `--only ${unknown}: there is no such part; there are ${PARTS.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(1);
}
