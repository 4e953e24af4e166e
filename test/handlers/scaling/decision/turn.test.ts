import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide } from '../../../../handlers/scaling/decision/decide.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';
import { batchService } from '../../../support/scaling/observations.ts';
import { night, nightly, storedPlan } from '../../../support/scaling/plans.ts';
import { END, ended, NOW, RECORD, START, situation, withState } from './batch-situation.ts';

describe('whose turn it is', () => {
  for (const released of [undefined, true] as const) {
    test(`an earlier run is superseded, ${released ? 'also after the later one has ended' : 'and writes nothing'}`, () => {
      const start = withState({ lease: { ...taken(undefined, END, NOW), released } });
      const { state } = ended(
        decide(start),
        'Superseded',
        /^The end of nightly at .* has taken ecs\/prod\/batch over/,
      );
      assert.equal(state, start.state);
    });
  }

  test('a target that another plan has not brought back is left alone', () => {
    const decision = decide(withState({ record: { ...RECORD, plan: 'plan-2' } }));
    ended(decision, 'Failed', /in the hands of the plan plan-2.*one plan at a time/);
  });

  test('a run of that plan keeps its lease, although it began earlier', () => {
    const run = { plan: 'plan-2', scenario: 'other', edge: 'start', scheduledTime: night('00:30') } as const;
    const lease = taken(undefined, run, night('01:00'));
    const decision = decide(withState({ lease, record: { ...RECORD, plan: 'plan-2' } }));
    assert.deepEqual(ended(decision, 'Failed', /in the hands of the plan plan-2/).state.lease, lease);
  });
});

describe('a run of the sweep', () => {
  const repair: RunReference = { ...START, scheduledTime: night('02:00'), isRepair: true };
  const lease = taken(undefined, START, night('01:50'));
  const at = (now: number, released?: true) =>
    decide(withState({ lease: { ...lease, ...(released && { released }) } }, { run: repair, now }));

  test('waits while another run is at work on the target', () => {
    const decision = at(night('02:01'));
    assert.equal(
      decision.reason,
      'ecs/prod/batch is left to the start of nightly at 2026-11-20T01:00:00Z, which is at work',
    );
    assert.equal(decision.kind, 'wait');
    assert.deepEqual(decision.state.lease, lease);
  });

  test('takes it where that run has ended, or is not heard of any more', () => {
    assert.equal(at(night('02:01'), true).kind, 'store');
    assert.equal(at(lease.until).kind, 'store');
  });

  test('keeps it once it has it', () => {
    const own = taken(lease, repair, night('02:01'));
    assert.equal(decide(withState({ lease: own }, { run: repair, now: night('02:02') })).kind, 'change');
  });

  test('does not wait for a target that is in the hands of another plan', () => {
    const record = { ...RECORD, plan: 'plan-2' };
    ended(decide(withState({ lease, record }, { run: repair, now: night('02:01') })), 'Failed', /plan-2/);
  });

  test('ends where its window is over, whoever is at work', () => {
    const late = { ...lease, until: night('05:30') };
    ended(decide(withState({ lease: late }, { run: repair, now: night('05:20') })), 'Late', /ended at/);
  });
});

describe('a run that restores', () => {
  const run: RunReference = { plan: 'plan-1', edge: 'end', scheduledTime: NOW };

  test('leaves a target to its open window, and to the run that is at work on it', () => {
    const start = withState({ lease: taken(undefined, START, NOW) });
    for (const restoring of [run, { ...run, scenario: 'gone' }]) {
      const { state } = ended(
        decide({ ...start, run: restoring }),
        'Converged',
        /^ecs\/prod\/batch is not to be brought back: the window of nightly is open for it$/,
      );
      assert.equal(state, start.state);
    }
  });

  test('brings it back where none is open', () => {
    const decision = decide(
      situation({ run, now: night('05:10'), observed: batchService({ desiredCount: 12 }) }),
    );
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 3,
    });
  });
});

describe('a start that comes too late', () => {
  test('is Late where its window is over, and gives the target back', () => {
    const decision = decide(situation({ now: night('05:00') }));
    const { state } = ended(decision, 'Late', /The window of nightly ended at 2026-11-20T05:00:00Z/);
    assert.equal(state.lease?.released, true);
    assert.deepEqual(state.record, RECORD);
  });

  test('is superseded where the plan has no such start any more', () => {
    const except = nightly({ except: ['2026-11-20'] });
    ended(
      decide(situation({ stored: storedPlan([except]) })),
      'Superseded',
      /does not start at 2026-11-20T01:00:00Z: the plan, its Except or an override/,
    );
    ended(
      decide(situation({ stored: storedPlan([nightly({ name: 'other' })]) })),
      'Superseded',
      /no scenario nightly any more/,
    );
    ended(decide(situation({ stored: undefined })), 'Superseded', /no scenario nightly/);
  });

  test('is superseded where a person closed the window', () => {
    const overrides = [
      { scenario: 'nightly', hold: 'closed', from: night('00:30'), until: night('05:00') },
    ] as const;
    ended(decide(situation({ stored: storedPlan([nightly()], { overrides }) })), 'Superseded', /override/);
  });

  test('is superseded, and not late, where a person closes the window while it is at work', () => {
    const overrides = [
      { scenario: 'nightly', hold: 'closed', from: night('02:00'), until: night('05:00') },
    ] as const;
    const stored = storedPlan([nightly()], { overrides });
    ended(
      decide(situation({ stored, now: night('02:01') })),
      'Superseded',
      /^nightly is not open any more after its start at 2026-11-20T01:00:00Z: the plan, its Except or an override says otherwise$/,
    );
    ended(decide(situation({ stored, now: night('05:01') })), 'Late', /ended at 2026-11-20T05:00:00Z/);
  });

  test('is superseded where the plan was deleted', () => {
    const stored = storedPlan([nightly()], { status: 'removed' });
    ended(decide(situation({ stored })), 'Superseded', /^The plan of nightly was deleted$/);
  });

  test('is none where the schedule fires some seconds before this clock', () => {
    const decision = decide(situation({ now: START.scheduledTime - 2000 }));
    assert.equal(decision.kind, 'change');
  });

  test('does not matter to an end: it brings back what there is', () => {
    const decision = decide(
      situation({ run: END, now: night('09:00'), observed: batchService({ desiredCount: 12 }) }),
    );
    assert.deepEqual(decision.kind === 'change' && decision.change, {
      kind: 'set-desired-count',
      desiredCount: 3,
    });
  });
});
