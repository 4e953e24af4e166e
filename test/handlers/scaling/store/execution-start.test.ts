import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { readRunInput } from '../../../../handlers/scaling/run/run-input.ts';
import { executionStart } from '../../../../handlers/scaling/store/execution-start.ts';
import { night } from '../../../support/scaling/plans.ts';

const RUN: RunReference = {
  plan: 'nightly-0123abcd',
  scenario: 'nightly-batch',
  edge: 'start',
  scheduledTime: night('01:00'),
};

const RUNS: readonly RunReference[] = [
  RUN,
  { ...RUN, edge: 'end' },
  { ...RUN, scheduledTime: night('01:01') },
  { ...RUN, isRepair: true },
  { ...RUN, plan: 'nightly-0123abce' },
  { ...RUN, scenario: 'nightly.batch' },
  { ...RUN, scenario: 'nightly_batch' },
  { ...RUN, scenario: 'x'.repeat(40) },
  { ...RUN, scenario: 'x'.repeat(41) },
  { plan: RUN.plan, edge: 'end', scheduledTime: RUN.scheduledTime, isRepair: true },
];

describe('the execution of a run', () => {
  test('has a name that people can read, the same for ever', () => {
    assert.equal(executionStart(RUN).name, 'start-nightly-batch-20261120T010000Z-b36de52001f26487');
  });

  test('has a name of its own, of what Step Functions allows and logs', () => {
    const names = RUNS.map((run) => executionStart(run).name);
    assert.equal(new Set(names).size, RUNS.length);
    for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{1,80}$/);
    assert.equal(executionStart({ ...RUN, scenario: 'x'.repeat(40) }).name.length, 80);
  });

  for (const run of RUNS) {
    test(`reads its input as the run that was meant: ${executionStart(run).name}`, () => {
      const reading = readRunInput(JSON.parse(executionStart(run).input), 0);
      assert.deepEqual(reading, { ok: true, value: { run, isDryRun: false } });
    });
  }
});
