import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { randomCase } from '../support/scaling/cases/random-case.ts';
import { CONTROLS } from '../support/scaling/controls.ts';
import { playCase } from '../support/scaling/play-case.ts';
import { breachesOf } from '../support/scaling/rules/breaches-of.ts';
import { type ScalingSimulator, startScalingSimulator } from '../support/scaling/simulator.ts';

/** Within so many cases, from the first, a mistake has to be caught; the suite plays many times as many. */
const MAX_CASES = 600;

describe('a mistake that is built in', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  for (const control of CONTROLS) {
    test(`is caught: ${control.name}`, async (t) => {
      for (let seed = 1; seed <= MAX_CASES; seed += 1) {
        const played = await playCase(simulator, randomCase(seed), { control });
        simulator.remove(played.world);
        const caught = breachesOf(played).find(control.isCaughtBy);
        if (caught === undefined) continue;
        t.diagnostic(`seed ${seed}: ${caught.how}`);
        return;
      }
      assert.fail(`${MAX_CASES} cases did not show it`);
    });
  }
});
