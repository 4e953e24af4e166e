import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { randomCase } from './cases/random-case.ts';
import { playCase } from './play-case.ts';
import { breachesOf } from './rules/breaches-of.ts';
import { describeBreach } from './rules/rule.ts';
import { EXPECTED_SIGHTINGS, sightingsOf } from './sightings.ts';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';

const CASES_PER_TEST = 20;

/** Tests that play the cases of some seeds, `to` included, and hold each against every rule. */
export function testCases({ from, to }: { readonly from: number; readonly to: number }): void {
  describe('cases by seed, over the SDK’s own clients', () => {
    let simulator: ScalingSimulator;
    before(async () => {
      simulator = await startScalingSimulator();
    });
    after(() => simulator.close());

    const sightings = new Set<string>();
    for (let first = from; first <= to; first += CASES_PER_TEST) {
      const last = Math.min(first + CASES_PER_TEST - 1, to);
      test(`${first} to ${last} keep every rule`, async () => {
        const broken: string[] = [];
        for (let seed = first; seed <= last; seed += 1) {
          const played = await playCase(simulator, randomCase(seed));
          simulator.remove(played.world);
          for (const sighting of sightingsOf(played)) sightings.add(sighting);
          const breaches = breachesOf(played).map(describeBreach);
          if (breaches.length > 0) broken.push(commandFor(seed), ...breaches.map((breach) => `  ${breach}`));
        }
        assert.equal(broken.length, 0, broken.join('\n'));
      });
    }

    test('show everything that they are for', () => {
      assert.deepEqual(
        EXPECTED_SIGHTINGS.filter((expected) => !sightings.has(expected)),
        [],
      );
    });
  });
}

/** What prints everything that happened in a case. */
export function commandFor(seed: number): string {
  return `node test/scaling/replay.ts --seed ${seed}`;
}
