import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../../packaging/bundling.ts';
import { findWitness } from '../support/witness.ts';
import { type Bench, median, tableOf } from './bench.ts';
import { type Measurement, measure } from './copy-image/measure.ts';
import { type BenchLayer, writeLayerZip } from './layer-fingerprint/layer-zip.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const LAYERS: readonly BenchLayer[] = [
  { name: '200 MiB in 400 files', files: 400, minBytes: 512 * KIB, maxBytes: 512 * KIB },
  { name: '40,000 small files', files: 40_000, minBytes: 100, maxBytes: 4 * KIB },
];
/** Of each program, by turns. */
const ROUNDS = 5;
/** In relation to `unzip -p | sha256sum`. More than that is an error, as is more memory than this. */
const WALL_LIMIT = 1.3;
const MEMORY_LIMIT_MIB = 256;

/** The fingerprint of a layer's zip, beside inflating and hashing the same zip with Info-ZIP and coreutils. */
export const bench: Bench = {
  name: 'layer-fingerprint',
  run: async (report) => {
    const unzip = findWitness('unzip');
    if (unzip === undefined) {
      report('skipped: unzip is not installed: apt-get install unzip');
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-bench-'));
    try {
      const process = join(import.meta.dirname, 'layer-fingerprint', 'fingerprint-process.ts');
      const { file: bundle } = await buildBundle(process, folder);
      for (const layer of LAYERS) {
        const zip = join(folder, 'layer.zip');
        const { bytes } = await writeLayerZip(zip, layer);
        const { size } = await stat(zip);
        report(`${layer.name}: ${(bytes / MIB).toFixed(0)} MiB, ${(size / MIB).toFixed(0)} MiB as a zip`);
        await compare(zip, { bundle, unzip, report });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function compare(
  zip: string,
  options: { bundle: string; unzip: string; report: (line: string) => void },
): Promise<void> {
  const ours: Measurement[] = [];
  const theirs: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measure([process.execPath, options.bundle, zip]));
    theirs.push(await measure(['sh', '-c', '"$0" -p "$1" | sha256sum', options.unzip, zip]));
  }
  const wall = (all: readonly Measurement[]) => median(all.map(({ wallSeconds }) => wallSeconds));
  const peak = (all: readonly Measurement[]) => Math.max(...all.map(({ peakBytes }) => peakBytes)) / MIB;
  const cells = (all: readonly Measurement[]) => [
    `${wall(all).toFixed(2)} s`,
    `${median(all.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s`,
    `${peak(all).toFixed(0)} MiB`,
  ];
  const ratio = wall(ours) / wall(theirs);
  const rows = [
    [`medians of ${ROUNDS}, by turns`, 'wall', 'CPU', 'highest memory'],
    ['deploytime', ...cells(ours)],
    ['unzip -p | sha256sum', ...cells(theirs)],
    ['ratio', `×${ratio.toFixed(2)}`, '', ''],
  ];
  for (const line of [...tableOf(rows), '']) options.report(line);
  if (ratio > WALL_LIMIT) throw new Error(`${ratio.toFixed(2)} times the time; ${WALL_LIMIT} are allowed`);
  if (peak(ours) >= MEMORY_LIMIT_MIB) {
    throw new Error(`${peak(ours).toFixed(0)} MiB of memory; ${MEMORY_LIMIT_MIB} are allowed`);
  }
}
