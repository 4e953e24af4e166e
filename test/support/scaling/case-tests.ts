import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomCase } from './cases/random-case.ts';
import { playCase } from './play-case.ts';
import { breachesOf } from './rules/breaches-of.ts';
import { describeBreach } from './rules/rule.ts';
import { EXPECTED_SIGHTINGS, sightingsOf } from './sightings.ts';
import { type ScalingSimulator, startScalingSimulator } from './simulator.ts';

const CASES_PER_TEST = 20;

interface SeedRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

/**
 * Plays the cases of some seeds and makes tests of them, which hold each against every rule. They are played before the
 * first test is declared: from then on node:test follows every promise of the process, which costs a third of the time.
 */
export async function testCases({ from, to }: SeedRange): Promise<void> {
  await using simulator = await startScalingSimulator();
  const sightings = new Set<string>();
  const tests: { readonly name: string; readonly broken: readonly string[] }[] = [];
  for (let first = from; first <= to; first += CASES_PER_TEST) {
    const last = Math.min(first + CASES_PER_TEST - 1, to);
    const broken: string[] = [];
    for (let seed = first; seed <= last; seed += 1) {
      const breaches = await breachesOfSeed(simulator, seed, sightings);
      if (breaches.length > 0) broken.push(commandFor(seed), ...breaches.map((breach) => `  ${breach}`));
    }
    tests.push({ name: `${first} to ${last} keep every rule`, broken });
  }

  describe('cases by seed, over the SDK’s own clients', () => {
    for (const { name, broken } of tests) {
      test(name, () => assert.equal(broken.length, 0, broken.join('\n')));
    }
    test('show everything that they are for', () => {
      const missing = EXPECTED_SIGHTINGS.filter((expected) => !sightings.has(expected));
      assert.deepEqual(missing, []);
    });
  });
}

/** What can't be played at all is a breach too. */
async function breachesOfSeed(
  simulator: ScalingSimulator,
  seed: number,
  sightings: Set<string>,
): Promise<readonly string[]> {
  try {
    const played = await playCase(simulator, randomCase(seed));
    simulator.remove(played.world);
    for (const sighting of sightingsOf(played)) sightings.add(sighting);
    return breachesOf(played).map(describeBreach);
  } catch (error) {
    return [`it can't be played: ${error instanceof Error ? error.stack : error}`];
  }
}

/** What prints everything that happened in a case. */
export function commandFor(seed: number): string {
  return `node test/scaling/replay.ts --seed ${seed}`;
}
