import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { binaryPath, isNative, MEMORY_LIMIT_KIB, Placeholder } from '../support/placeholder/binary.ts';
import { findWitness } from '../support/witness.ts';
import type { Bench } from './bench.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
const CONNECTIONS = 64;
const SECONDS = 10;

/** The placeholder's server under `wrk`, on one thread. */
export const bench: Bench = {
  name: 'placeholder',
  run: async (report) => {
    for (const platform of PLATFORMS) report(`${platform}: ${statSync(binaryPath(platform)).size} bytes`);
    const platform = PLATFORMS.find(isNative);
    const wrk = findWitness('wrk');
    if (platform === undefined || wrk === undefined) {
      report('skipped: wrk is not installed (apt-get install wrk), or no binary is for this machine');
      return;
    }
    const placeholder = new Placeholder({ platform, environment: { PORT: '0' } });
    try {
      const url = `http://127.0.0.1:${await placeholder.port()}/`;
      const load = [
        '--threads',
        '1',
        '--connections',
        String(CONNECTIONS),
        '--duration',
        `${SECONDS}s`,
        '--latency',
      ];
      const { stdout } = await promisify(execFile)(wrk, [...load, url]);
      for (const line of stdout
        .split('\n')
        .filter((text) => /Requests\/sec|9\d%|errors|requests in/.test(text))) {
        report(line.trim());
      }
      const peak = placeholder.peakMemoryKib() ?? Number.NaN;
      report(`resident memory: ${peak} KiB at most`);
      if (/errors/.test(stdout)) throw new Error('wrk counted errors');
      if (!(peak < MEMORY_LIMIT_KIB)) throw new Error(`the placeholder used ${peak} KiB`);
    } finally {
      await placeholder.stop();
    }
  },
};
