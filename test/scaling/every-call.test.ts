import assert from 'node:assert/strict';
import { QUIET_NIGHTS } from '../support/scaling/cases/quiet-nights.ts';
import type { ScalingCase } from '../support/scaling/cases/scaling-case.ts';
import { killing } from '../support/scaling/killing.ts';
import { type PlayedCase, type PlayOptions, playCase } from '../support/scaling/play-case.ts';
import { declarePlayed, type PlayedSuites } from '../support/scaling/played-suites.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { describeBreach } from '../support/scaling/rules/rule.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';
import type { Fault } from '../support/scaling/simulator-faults.ts';

/*
 * Nights in which exactly one thing goes wrong, once at every place where it can: the process dies at a call that
 * writes, or a mutating call of AWS breaks.
 */

await using simulator = await startScalingSimulator();

const FAULTS: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'lost-answer' },
  { kind: 'error-afterwards', code: 'InternalFailure', status: 500 },
  { kind: 'error', code: 'InternalFailure', status: 500 },
  { kind: 'error', code: 'Throttling', status: 400 },
];
/** Of a night: one there, and one back. */
const FAILOVERS = 2;

await declarePlayed(
  Object.fromEntries(Object.entries(QUIET_NIGHTS).map(([name, night]) => [name, testsOf(night)])),
);

function testsOf(night: ScalingCase): PlayedSuites[string] {
  const kills = (['before', 'after'] as const).flatMap((when) =>
    [false, true].map((isLost) => {
      const what = isLost ? 'the execution is lost with it' : 'the step is taken again';
      const name = `goes so where the process is killed right ${when} any write, and ${what}`;
      return [name, () => killAtAnyWrite(night, when, isLost)] as const;
    }),
  );
  const faults = FAULTS.map((fault) => {
    const code = 'code' in fault ? ` (${fault.code})` : '';
    const name = `goes so where any one call has the fault ${fault.kind}${code}`;
    return [name, () => breakAnyCall(night, fault)] as const;
  });
  return {
    'goes there and back with two failovers': async () => assertKept(await play(night), 'nothing goes wrong'),
    ...Object.fromEntries([...kills, ...faults]),
  };
}

async function killAtAnyWrite(night: ScalingCase, when: 'before' | 'after', isLost: boolean): Promise<void> {
  const { trouble } = night;
  const mortal: ScalingCase = { ...night, trouble: { ...trouble, executionLost: isLost ? 1 : 0 } };
  for (let write = 0, writes = 1; write < writes; write += 1) {
    const control = killing({ write, when });
    const played = await play(mortal, { control });
    writes = control.writes();
    assertKept(played, `killed ${when} write ${write} of ${writes}`);
  }
}

async function breakAnyCall(night: ScalingCase, fault: Fault): Promise<void> {
  for (let call = 0, calls = 1; call < calls; call += 1) {
    const played = await play(night, {
      onWorld: ({ faults }) => faults.plan({ fault, when: ({ isMutation }) => isMutation, skip: call }),
    });
    calls = played.world.journal.entries.length;
    assertKept(played, `call ${call} of ${calls}`);
  }
}

async function play(night: ScalingCase, options: PlayOptions = {}): Promise<PlayedCase> {
  const played = await playCase(simulator, night, options);
  simulator.remove(played.world);
  return played;
}

function assertKept(played: PlayedCase, where: string): void {
  assert.deepEqual(breachesOf(played).map(describeBreach), [], where);
  assert.equal(played.world.documentDb.account.failovers.length, FAILOVERS, where);
}
