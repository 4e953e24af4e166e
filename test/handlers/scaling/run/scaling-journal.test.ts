import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ScalingEvent } from '../../../../handlers/scaling/run/scaling-event.ts';
import { ScalingJournal } from '../../../../handlers/scaling/run/scaling-journal.ts';
import { night } from '../../../support/scaling/plans.ts';

const NEVER = new AbortController().signal;
const EVENTS: readonly ScalingEvent[] = (['Started', 'Changed'] as const).map((outcome) => ({
  outcome,
  reason: `it is ${outcome}`,
  run: { plan: 'plan-1', scenario: 'nightly', edge: 'start', scheduledTime: night('01:00') },
  execution: 'execution-1',
  at: night('01:00'),
}));

type Listener = 'history' | 'bus';

/** A journal whose listeners refuse, or don't. */
function journal(...refusing: readonly Listener[]) {
  const told: [Listener, readonly ScalingEvent[]][] = [];
  const lines: [level: 'info' | 'error', message: string, details: Record<string, unknown>][] = [];
  const counted: string[] = [];
  const tell = (listener: Listener) => async (events: readonly ScalingEvent[]) => {
    if (refusing.includes(listener)) throw new Error(`the ${listener} refused`);
    told.push([listener, events]);
  };
  const made = new ScalingJournal({
    history: { appendHistory: tell('history') },
    bus: { publish: tell('bus') },
    log: {
      info: (message, details) => void lines.push(['info', message, details]),
      error: (message, details) => void lines.push(['error', message, details]),
    },
    count: ({ outcome }) => void counted.push(outcome),
    countUntold: () => void counted.push('Untold'),
  });
  const errors = () => lines.filter(([level]) => level === 'error');
  return { made, told, lines, counted, errors };
}

describe('the journal', () => {
  test('tells the history and the bus, logs and counts', async () => {
    const { made, told, lines, counted } = journal();
    await made.publish(EVENTS, NEVER);
    assert.deepEqual(told, [
      ['history', EVENTS],
      ['bus', EVENTS],
    ]);
    assert.deepEqual(counted, ['Started', 'Changed']);
    assert.deepEqual(lines, [
      [
        'info',
        'Started: it is Started',
        { scaling: EVENTS[0], of: 'the start of nightly at 2026-11-20T01:00:00Z' },
      ],
      [
        'info',
        'Changed: it is Changed',
        { scaling: EVENTS[1], of: 'the start of nightly at 2026-11-20T01:00:00Z' },
      ],
    ]);
  });

  test('tells nobody where nothing happened', async () => {
    const { made, told, lines } = journal();
    await made.publish([], NEVER);
    assert.deepEqual([told, lines], [[], []]);
  });

  for (const [refusing, other, name] of [
    ['history', 'bus', 'history'],
    ['bus', 'history', 'event bus'],
  ] as const) {
    test(`goes on where the ${name} can't be told: everything is in the log, and counted`, async () => {
      const { made, told, counted, errors } = journal(refusing);
      await made.publish(EVENTS, NEVER);
      assert.deepEqual(told, [[other, EVENTS]]);
      assert.deepEqual(counted, ['Started', 'Changed', 'Untold']);
      assert.deepEqual(
        errors().map(([, message, { error, events }]) => [message, String(error), events]),
        [[`The ${name} could not be told`, `Error: the ${refusing} refused`, EVENTS]],
      );
    });
  }

  test('goes on where neither can be told', async () => {
    const { made, counted, errors } = journal('history', 'bus');
    await made.publish(EVENTS, NEVER);
    assert.deepEqual(counted, ['Started', 'Changed', 'Untold', 'Untold']);
    assert.equal(errors().length, 2);
  });
});
