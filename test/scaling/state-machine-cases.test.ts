import assert from 'node:assert/strict';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import { runKey } from '../../handlers/scaling/run/run.ts';
import { commandFor } from '../support/scaling/case-tests.ts';
import { randomCase } from '../support/scaling/cases/random-case.ts';
import { interpretedExecution } from '../support/scaling/driver/interpreted-execution.ts';
import { type PlayedCase, playCase } from '../support/scaling/play-case.ts';
import { declarePlayed } from '../support/scaling/played-suites.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { describeBreach } from '../support/scaling/rules/rule.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';

/*
 * Cases by seed, whose executions are carried out twice: by a plain loop that does what the state machine should, and
 * by an interpreter of the Amazon States Language with the very definition that is deployed.
 */

const SEEDS = { from: 4001, to: 4200 } as const;
const CASES_PER_TEST = 20;

await using simulator = await startScalingSimulator();
const seen = new Set<string>();
const tests: Record<string, () => Promise<void> | void> = {};
for (let first = SEEDS.from; first <= SEEDS.to; first += CASES_PER_TEST) {
  const last = Math.min(first + CASES_PER_TEST - 1, SEEDS.to);
  tests[`with the cases ${first} to ${last}, and keeps every rule`] = async () => {
    for (let seed = first; seed <= last; seed += 1) {
      const plain = await playCase(simulator, randomCase(seed));
      const interpreted = await playCase(simulator, randomCase(seed), { loop: interpretedExecution });
      for (const { world } of [plain, interpreted]) simulator.remove(world);
      assert.deepEqual(resultsOf(interpreted), resultsOf(plain), commandFor(seed));
      assert.deepEqual(breachesOf(interpreted).map(describeBreach), [], commandFor(seed));
      for (const { outcome = 'lost' } of interpreted.history.executions) seen.add(outcome);
      if (interpreted.history.steps.some(({ said }) => said.startsWith('threw'))) seen.add('tried again');
    }
  };
}
tests['whatever an execution comes to'] = () => {
  assert.deepEqual(
    [...seen].toSorted(),
    ['Converged', 'Duplicate', 'Failed', 'Late', 'Superseded', 'lost', 'tried again'].toSorted(),
  );
};
await declarePlayed({ 'the state machine does what a plain loop does': tests });

/** What became of each execution and when, and what the targets have in the end. */
function resultsOf({ history, world, scalingCase, stateOf }: PlayedCase) {
  const targets = scalingCase.plans.flatMap(({ stored }) =>
    stored.plan.scenarios.flatMap(({ steps }) => steps.map(({ target }) => target)),
  );
  return {
    executions: history.executions.map(({ run, ...execution }) => ({ ...execution, run: runKey(run) })),
    capacity: world.capacity(),
    states: targets.map((target) => [targetName(target), stateOf(target)]),
  };
}
