import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  idleMs,
  isHeldBy,
  isLive,
  LEASE_MS,
  released,
  renewed,
  taken,
} from '../../../../handlers/scaling/decision/lease.ts';
import type { RunReference } from '../../../../handlers/scaling/run/run.ts';

const NOW = Date.parse('2026-11-20T01:00:00Z');
const RUN: RunReference = { plan: 'p', scenario: 'nightly', edge: 'start', scheduledTime: NOW };
const OTHER: RunReference = { ...RUN, edge: 'end' };
const LEASE = taken(undefined, RUN, NOW);

test('each taking has a higher fence than all before, also after a release', () => {
  assert.equal(LEASE.fence, 1);
  const second = taken(LEASE, OTHER, NOW);
  assert.equal(second.fence, 2);
  assert.equal(taken({ ...second, released: true }, RUN, NOW).fence, 3);
});

test('a lease is held by its run until it is released', () => {
  assert.equal(isHeldBy(LEASE, RUN), true);
  assert.equal(isHeldBy(LEASE, OTHER), false);
  assert.equal(isHeldBy(undefined, RUN), false);
  assert.equal(isHeldBy({ ...LEASE, released: true }, RUN), false);
});

test('a lease is live until it is released or over', () => {
  assert.equal(isLive(LEASE, NOW + LEASE_MS - 1), true);
  assert.equal(isLive(LEASE, NOW + LEASE_MS), false);
  assert.equal(isLive({ ...LEASE, released: true }, NOW), false);
  assert.equal(isLive(undefined, NOW), false);
});

test('a run is idle since it took the target, or since its last change', () => {
  const now = NOW + 5000;
  assert.equal(idleMs({ version: 1, lease: LEASE }, now), 5000);
  assert.equal(idleMs({ version: 1, lease: LEASE, changedAt: NOW - 1000 }, now), 5000);
  assert.equal(idleMs({ version: 1, lease: LEASE, changedAt: NOW + 3000 }, now), 2000);
});

describe('renewed', () => {
  test('prolongs a lease that is half over, and keeps its fence and its beginning', () => {
    const later = NOW + LEASE_MS / 2;
    const { lease } = renewed({ version: 1, lease: LEASE }, later);
    assert.deepEqual(lease, { ...LEASE, until: later + LEASE_MS });
  });

  test('leaves a fresh lease alone, so that waiting writes little', () => {
    const state = { version: 1, lease: LEASE };
    assert.equal(renewed(state, NOW + LEASE_MS / 2 - 1), state);
  });

  test('makes no lease where there is none', () => {
    assert.deepEqual(renewed({ version: 1 }, NOW), { version: 1 });
  });
});

describe('released', () => {
  test('gives back the lease of this run, and remembers who had it', () => {
    assert.deepEqual(released({ version: 1, lease: LEASE }, RUN).lease, { ...LEASE, released: true });
  });

  test('leaves the lease of another run', () => {
    const state = { version: 1, lease: LEASE };
    assert.equal(released(state, OTHER), state);
  });
});
