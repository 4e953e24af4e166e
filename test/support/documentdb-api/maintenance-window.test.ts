import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMaintenanceWindow, nextMaintenance } from './maintenance-window.ts';

describe('A maintenance window', () => {
  for (const [window, expected] of [
    ['sun:05:00-sun:05:30', true],
    ['sat:23:45-sun:00:15', true],
    ['sun:05:00-sun:05:29', false],
    ['sat:23:45-sun:00:00', false],
    ['Sun:05:00-Sun:05:30', false],
    ['sun:24:00-sun:24:30', false],
    ['day:05:00-day:05:30', false],
    ['sun:05:00', false],
    ['', false],
  ] as const) {
    test(`is ${expected ? '' : 'not '}${window || 'empty'}`, () => {
      assert.equal(isMaintenanceWindow(window), expected);
    });
  }

  for (const [window, now, expected] of [
    ['sun:05:00-sun:05:30', '2026-03-02T00:00:00Z', '2026-03-08T05:00:00.000Z'],
    ['sun:05:00-sun:05:30', '2026-03-08T04:59:59Z', '2026-03-08T05:00:00.000Z'],
    ['sun:05:00-sun:05:30', '2026-03-08T05:00:00Z', '2026-03-15T05:00:00.000Z'],
    ['wed:22:15-wed:23:15', '2026-03-02T00:00:00Z', '2026-03-04T22:15:00.000Z'],
    ['mon:00:00-mon:00:30', '2026-03-02T00:00:01Z', '2026-03-09T00:00:00.000Z'],
  ] as const) {
    test(`${window} begins at ${expected}, seen from ${now}`, () => {
      assert.equal(new Date(nextMaintenance(window, Date.parse(now))).toISOString(), expected);
    });
  }
});
