import { after, before, describe } from 'node:test';
import { testConformance } from '../aws-wire/conformance.ts';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import { DOCUMENTDB_TESTS } from './documentdb-api-suite.ts';

const MINUTE_MS = 60_000;

describe('The simulator of DocumentDB', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  testConformance('does as the API reference says', DOCUMENTDB_TESTS, async () => {
    const world = simulator.world();
    world.given.cluster({
      id: 'orders',
      serverless: { minCapacity: 1, maxCapacity: 8 },
      instances: [
        { id: 'orders-1', instanceClass: 'db.r6g.large' },
        { id: 'orders-2', instanceClass: 'db.r6g.large' },
      ],
    });
    return {
      client: world.clients().documentDb,
      engine: 'docdb',
      settle: () => world.clock.advance(30 * MINUTE_MS),
    };
  });
});
