import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { findPeakMemory, presentFromPs } from '../../../local/runtime/peak-memory.ts';

const BYTES_PER_KIB = 1024;
const HELD_BYTES = 64 * 1024 * 1024;

describe("A process's memory", () => {
  test('is the largest it has had, as the kernel knows it', () => {
    const before = findPeakMemory(process.pid) ?? 0;
    Buffer.alloc(HELD_BYTES, 1);
    const after = findPeakMemory(process.pid) ?? 0;
    assert.ok(after >= Math.max(before, HELD_BYTES), `${after} bytes after ${before}`);
    assert.ok(after <= process.resourceUsage().maxRSS * BYTES_PER_KIB * 2);
  });

  test('is the present one where only ps tells', () => {
    const present = presentFromPs(process.pid) ?? 0;
    assert.ok(present > 10 * 1024 * 1024 && present <= process.resourceUsage().maxRSS * BYTES_PER_KIB * 2);
  });

  test('is unknown of a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    assert.equal(findPeakMemory(pid), undefined);
    assert.equal(presentFromPs(pid), undefined);
  });
});
