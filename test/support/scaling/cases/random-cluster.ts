import type { GivenCluster, GivenInstance } from '../simulator-givens.ts';
import type { SeededRandom } from '../simulator-random.ts';
import { anyOf, weighted } from './draw.ts';

/** Those that a case draws from; some are short of capacity in some cases. */
export const CLASSES = [
  'db.t4g.medium',
  'db.r6g.large',
  'db.r6g.xlarge',
  'db.r6g.2xlarge',
  'db.r8g.large',
] as const;
export const SERVERLESS = 'db.serverless';

const MAX_INSTANCES = 16;

/** Of 1 to 16 instances, any of which is the writer. */
export function randomCluster(id: string, random: SeededRandom): GivenCluster {
  const count = weighted(
    [
      [20, 1],
      [22, 2],
      [22, 3],
      [28, random.integer(4, 6)],
      [8, random.integer(7, MAX_INSTANCES)],
    ],
    random,
  );
  const isServerless = random.chance(0.1);
  const isMixed = random.chance(0.35);
  const usual = anyOf(CLASSES, random);
  const instances = Array.from({ length: count }, (_, index): GivenInstance => {
    const instanceClass = isMixed ? anyOf(CLASSES, random) : usual;
    return {
      // Some are named as those of this service are: only their tag tells.
      id: random.chance(0.2) ? `${id}-replica-${index + 1}` : `${id}-${letters(index)}`,
      instanceClass: isServerless ? SERVERLESS : instanceClass,
      promotionTier: random.integer(0, 15),
    };
  });
  return {
    id,
    instances,
    writer: anyOf(instances, random).id,
    status: random.chance(0.07) ? 'stopped' : 'available',
    ...(isServerless && { serverless: { minCapacity: anyOf([0.5, 1, 2, 4], random), maxCapacity: 16 } }),
  };
}

function letters(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}
