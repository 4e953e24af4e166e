import assert from 'node:assert/strict';
import type { Instant } from '../../handlers/scaling/time/instant.ts';
import { QUIET_NIGHTS } from '../support/scaling/cases/quiet-nights.ts';
import { ExecutionLost, type LoopedExecution } from '../support/scaling/driver/execution-loop.ts';
import { interpretedExecution } from '../support/scaling/driver/interpreted-execution.ts';
import { Killed } from '../support/scaling/driver/invocation.ts';
import { LARGE } from '../support/scaling/observations.ts';
import { night } from '../support/scaling/plans.ts';
import { type PlayedCase, playCase } from '../support/scaling/play-case.ts';
import { declarePlayed } from '../support/scaling/played-suites.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { describeBreach } from '../support/scaling/rules/rule.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';
import { type CapacitySnapshot, snapshotCapacity } from '../support/scaling/simulator-capacity.ts';

/*
 * A night whose executions are carried out by the deployed definition, and one of which is interrupted: once at every
 * transition from state to state. Whatever is left of it the next sweep takes up.
 */

const NIGHT = QUIET_NIGHTS['three instances of two classes, a fourth, and a service'];
const WINDOW_END: Instant = night('02:30');
/** One there, and one back. */
const FAILOVERS = 2;

/** Where an execution is interrupted: at its nth invocation, counted from 1. */
interface Interruption {
  readonly edge: 'start' | 'end';
  readonly invocation: number;
  readonly how: How;
}

/** Where it is interrupted, and what becomes of it. */
type How =
  /** Before the function is invoked: the execution is gone. */
  | 'gone before'
  /** The function has done its work, and nobody has its answer: the execution is gone. */
  | 'gone after'
  /** The same, and the state machine repeats the step. */
  | 'repeated after';

await using simulator = await startScalingSimulator();

interface InterruptedNight {
  readonly played: PlayedCase;
  /** How often the schedule's runs invoked the function. */
  readonly invocations: Readonly<Record<'start' | 'end', number>>;
}

async function play(interruption?: Interruption): Promise<InterruptedNight> {
  const invocations = { start: 0, end: 0 };
  const loop = (given: LoopedExecution) => {
    const { edge, isRepair } = given.input as { edge: 'start' | 'end'; isRepair?: boolean };
    if (isRepair) return interpretedExecution(given);
    const invoke: LoopedExecution['invoke'] = async (task) => {
      invocations[edge] += 1;
      const isMeant = interruption?.edge === edge && interruption.invocation === invocations[edge];
      if (!isMeant) return given.invoke(task);
      if (interruption.how === 'gone before') throw new ExecutionLost('gone before it was asked');
      await given.invoke(task);
      if (interruption.how === 'gone after') throw new ExecutionLost('gone with the answer');
      throw new Killed('gone with the answer');
    };
    return interpretedExecution({ ...given, invoke });
  };
  const played = await playCase(simulator, NIGHT, { loop });
  simulator.remove(played.world);
  return { played, invocations };
}

/** What the targets had when the window ended: before anybody wrote anything then. */
function capacityAtEnd({ history }: PlayedCase): CapacitySnapshot {
  const { truth } =
    history.saves.find(({ at }) => at >= WINDOW_END) ?? assert.fail('Nobody ended the window');
  return snapshotCapacity(truth.documentDb, truth.ecs);
}

function callsOf({ world }: PlayedCase): readonly string[] {
  return world.journal.accepted().map(({ action, input }) => `${action} ${JSON.stringify(input)}`);
}

const quiet = await play();

function assertQuiet({ played, invocations }: InterruptedNight): void {
  assert.deepEqual(
    played.history.executions.map(({ run, outcome }) => [run.edge, outcome]),
    [
      ['start', 'Converged'],
      ['end', 'Converged'],
    ],
  );
  assert.ok(Math.min(invocations.start, invocations.end) >= 20, JSON.stringify(invocations));
  assert.deepEqual(played.world.capacity().clusters, played.capacityBefore.clusters);
  const { clusters, services } = capacityAtEnd(played);
  assert.deepEqual(Object.values(clusters.orders?.instances ?? {}), [LARGE, LARGE, LARGE, LARGE]);
  assert.deepEqual(services['prod/batch']?.bounds, [6, 10]);
}

async function interruptAnywhere(edge: 'start' | 'end', how: How): Promise<void> {
  for (let invocation = 1; invocation <= quiet.invocations[edge]; invocation += 1) {
    const where = `invocation ${invocation} of ${quiet.invocations[edge]}`;
    const { played } = await play({ edge, invocation, how });
    assert.deepEqual(breachesOf(played).map(describeBreach), [], where);
    assert.deepEqual(capacityAtEnd(played), capacityAtEnd(quiet.played), where);
    assert.deepEqual(played.world.capacity(), quiet.played.world.capacity(), where);
    assert.equal(played.world.documentDb.account.failovers.length, FAILOVERS, where);
    // Every call once, whoever makes it.
    assert.deepEqual(callsOf(played).toSorted(), callsOf(quiet.played).toSorted(), where);
  }
}

const interruptions = (['start', 'end'] as const).flatMap((edge) =>
  (['gone before', 'gone after', 'repeated after'] as const).map((how) => {
    const name = `at any transition of the ${edge} (${how} an invocation) ends right`;
    return [name, () => interruptAnywhere(edge, how)] as const;
  }),
);

await declarePlayed({
  'a run that is interrupted': {
    'is one that would have come to its end': () => assertQuiet(quiet),
    ...Object.fromEntries(interruptions),
  },
});
