import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What one run of a program took. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time together. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at a time. */
  readonly peakBytes: number;
}

/** Node can't ask what a child took; Python can. Its own start is not in the figures. */
const PYTHON = `
import json, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
wall = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'code': code, 'wall': wall, 'cpu': used.ru_utime + used.ru_stime, 'peak': used.ru_maxrss * 1024}))
`;

const run = promisify(execFile);

/** Runs a program to its end, measured by the operating system. Throws where it fails, with what it said. */
export async function measure(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measurement> {
  const { stdout, stderr } = await run('python3', ['-c', PYTHON, ...command], {
    env: { ...process.env, ...environment },
  });
  const { code, wall, cpu, peak } = JSON.parse(stdout);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}`);
  return { wallSeconds: wall, cpuSeconds: cpu, peakBytes: peak };
}
