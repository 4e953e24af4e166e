import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { randomCase } from '../support/scaling/cases/random-case.ts';
import { describePlay } from '../support/scaling/describe-play.ts';
import { playCase } from '../support/scaling/play-case.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';

const REPLAY = join(import.meta.dirname, 'replay.ts');
const SEEDS = [3, 9, 17];

async function replay(...args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [REPLAY, ...args]);
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

test('a seed is played the same way each time', async () => {
  await using simulator = await startScalingSimulator();
  for (const seed of SEEDS) {
    const [one, other] = [
      await playCase(simulator, randomCase(seed)),
      await playCase(simulator, randomCase(seed)),
    ].map((played) => describePlay(played));
    assert.ok((one?.length ?? 0) > 10, `seed ${seed} has nothing to show`);
    assert.deepEqual(one, other, `seed ${seed}`);
  }
});

describe('the replay', () => {
  test('shows the case, what happened and the verdict', async () => {
    const { code, output } = await replay('--seed', '3');
    assert.equal(code, 0, output);
    assert.match(output, /^seed 3, from 2026-03-02T00:00:00Z, calm from /);
    assert.match(output, /→ ModifyDBInstance|→ UpdateService|→ RegisterScalableTarget|→ CreateDBInstance/);
    assert.match(output, /\n1 cases, 0 that break a rule\n$/);
  });

  test('with a control shows what it breaks, and fails', async () => {
    const { code, output } = await replay('--seed', '1', '--to', '9', '--control', 'writer-first');
    assert.equal(code, 1);
    assert.match(output, /seed (\d) breaks \d+ rules: node test\/scaling\/replay\.ts --seed \1\n/);
    assert.match(output, /Z writer: ModifyDBInstance of /);
  });

  test('says how it is called', async () => {
    for (const args of [[], ['--seed', 'x'], ['--seed', '1', '--control', 'other']]) {
      const { code, output } = await replay(...args);
      assert.equal(code, 2);
      assert.match(output, /--seed NUMBER \[--to NUMBER\] \[--control writer-first\|/);
    }
  });
});
