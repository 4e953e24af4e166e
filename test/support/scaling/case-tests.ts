import assert from 'node:assert/strict';
import { randomCase } from './cases/random-case.ts';
import { playCase } from './play-case.ts';
import { declarePlayed } from './played-suites.ts';
import { breachesOf } from './rules/breaches-of.ts';
import { describeBreach } from './rules/rule.ts';
import { EXPECTED_SIGHTINGS, sightingsOf } from './sightings.ts';
import { startScalingSimulator } from './simulator.ts';

const CASES_PER_TEST = 20;

/** Tests that play the cases of some seeds, `to` included, and hold each against every rule. */
export async function testCases({ from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  await using simulator = await startScalingSimulator();
  const sightings = new Set<string>();
  const tests: Record<string, () => Promise<void> | void> = {};
  for (let first = from; first <= to; first += CASES_PER_TEST) {
    const last = Math.min(first + CASES_PER_TEST - 1, to);
    tests[`${first} to ${last} keep every rule`] = async () => {
      const broken: string[] = [];
      for (let seed = first; seed <= last; seed += 1) {
        const played = await playCase(simulator, randomCase(seed));
        simulator.remove(played.world);
        for (const sighting of sightingsOf(played)) sightings.add(sighting);
        const breaches = breachesOf(played).map(describeBreach);
        if (breaches.length > 0) broken.push(commandFor(seed), ...breaches.map((breach) => `  ${breach}`));
      }
      assert.equal(broken.length, 0, broken.join('\n'));
    };
  }
  tests['show everything that they are for'] = () => {
    assert.deepEqual(
      EXPECTED_SIGHTINGS.filter((expected) => !sightings.has(expected)),
      [],
    );
  };
  await declarePlayed({ 'cases by seed, over the SDK’s own clients': tests });
}

/** What prints everything that happened in a case. */
export function commandFor(seed: number): string {
  return `node test/scaling/replay.ts --seed ${seed}`;
}
