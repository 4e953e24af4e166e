import { parseArgs } from 'node:util';
import type { Bundle } from './bundling.ts';
import { buildCommand } from './command.ts';
import { buildConstructs } from './constructs.ts';
import { writeContents } from './contents.ts';
import { settleFileModes } from './file-modes.ts';
import { buildFunctions } from './function-bundles.ts';
import { buildTemplate } from './template.ts';

/*
 * Builds dist/, what the npm package has: `npm run build`. With `-- --only functions` just the functions' bundles,
 * which the CDK app needs.
 */

interface Part {
  readonly name: string;
  /** @returns What was bundled, so that its licences are shipped. */
  readonly build: () => Promise<readonly Bundle[]>;
}

const PARTS: readonly Part[] = [
  { name: 'functions', build: buildFunctions },
  { name: 'constructs', build: buildConstructs },
  { name: 'command', build: buildCommand },
  { name: 'template', build: buildTemplate },
];

const only = readOnly(process.argv.slice(2));
const bundles: Bundle[] = [];
for (const { name, build } of PARTS.filter((part) => only.length === 0 || only.includes(part.name))) {
  await timed(name, async () => {
    bundles.push(...(await build()));
  });
}
// They are of all bundles: with a part alone they would be wrong.
if (only.length === 0) {
  await timed('licences and SBOM', async () => writeContents(bundles));
  settleFileModes();
}

async function timed(title: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  // On stderr: `npm pack --json` has stdout for itself.
  process.stderr.write(`built ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
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
