import assert from 'node:assert/strict';
import { randomCase } from '../support/scaling/cases/random-case.ts';
import { CONTROLS, type Control } from '../support/scaling/controls.ts';
import { playCase } from '../support/scaling/play-case.ts';
import { declarePlayed } from '../support/scaling/played-suites.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { startScalingSimulator } from '../support/scaling/simulator.ts';

/** Within so many cases a mistake has to be caught; the suite plays more than three times as many. */
const MAX_CASES = 600;

await using simulator = await startScalingSimulator();

async function assertCaught(control: Control): Promise<void> {
  for (let seed = control.from; seed < control.from + MAX_CASES; seed += 1) {
    const played = await playCase(simulator, randomCase(seed), { control });
    simulator.remove(played.world);
    if (breachesOf(played).some(control.isCaughtBy)) return;
  }
  assert.fail(`${MAX_CASES} cases did not show it`);
}

await declarePlayed({
  'a mistake that is built in': Object.fromEntries(
    CONTROLS.map((control) => [`is caught: ${control.name}`, () => assertCaught(control)]),
  ),
});
