import { after, before, describe } from 'node:test';
import { testConformance } from '../aws-wire/conformance.ts';
import { type ScalingSimulator, startScalingSimulator } from '../scaling/simulator.ts';
import { ECS_TESTS } from './ecs-api-suite.ts';
import { SCALABLE_TARGETS_TESTS } from './scalable-targets-suite.ts';

const MINUTE_MS = 60_000;

describe('The simulator of ECS', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  testConformance('does as the API reference says', ECS_TESTS, async () => {
    const world = simulator.world();
    world.given.service({
      cluster: 'prod',
      name: 'batch',
      desiredCount: 2,
      tags: { 'deploytime:scaling': 'true' },
    });
    return { client: world.clients().ecs, settle: () => world.clock.advance(30 * MINUTE_MS) };
  });

  testConformance('and of Application Auto Scaling too', SCALABLE_TARGETS_TESTS, async () => {
    const world = simulator.world();
    world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 2 });
    const { autoScaling, ecs } = world.clients();
    return { client: autoScaling, ecs };
  });
});
