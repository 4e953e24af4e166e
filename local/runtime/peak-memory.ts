import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const KIB = 1024;

/**
 * The largest resident memory that a process has had so far, in bytes: on Linux as the kernel keeps it, so that
 * nothing between two looks is missed. Elsewhere the present one, from `ps`.
 * @returns undefined where there is no such process any more.
 */
export function findPeakMemory(pid: number): number | undefined {
  return existsSync('/proc/self/status') ? peakFromKernel(pid) : presentFromPs(pid);
}

function peakFromKernel(pid: number): number | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  // A process that has ended and waits for its parent has no memory left to tell of.
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * KIB;
}

/** @returns As findPeakMemory. */
export function presentFromPs(pid: number): number | undefined {
  try {
    const kibibytes = Number.parseInt(
      execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }),
      10,
    );
    return kibibytes > 0 ? kibibytes * KIB : undefined;
  } catch {
    return undefined;
  }
}
