import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Observation } from '../../../../handlers/scaling/decision/scaling-target.ts';
import { type Forecast, forecast } from '../../../../handlers/scaling/forecast/forecast.ts';
import { type Target, targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { randomCase } from '../../../support/scaling/cases/random-case.ts';
import { NO_TROUBLE, type ScalingCase } from '../../../support/scaling/cases/scaling-case.ts';
import { type PlayedCase, playCase } from '../../../support/scaling/play-case.ts';
import { type ScalingSimulator, startScalingSimulator } from '../../../support/scaling/simulator.ts';
import type { GivenCluster, GivenService } from '../../../support/scaling/simulator-givens.ts';

/* The forecast is held against the service itself, at work on the simulator. */

const SEEDS = { first: 1, last: 30 };
/** Of them. A window that ends before its run does is another story, and fails are repeated by the sweep. */
const LEAST_COMPARED = 15;

describe('the forecast', () => {
  let simulator: ScalingSimulator;
  before(async () => {
    simulator = await startScalingSimulator();
  });
  after(() => simulator.close());

  test('tells the calls that the runs make, in their order', async () => {
    let compared = 0;
    for (let seed = SEEDS.first; seed <= SEEDS.last; seed += 1) {
      const calmCase = untroubled(randomCase(seed));
      const played = await playCase(simulator, calmCase);
      simulator.remove(played.world);
      if (!isInTime(played)) continue;
      compared += 1;
      const told = forecastOf(calmCase).runs.flatMap(({ calls }) => calls);
      for (const target of targetsOf(calmCase)) {
        assert.deepEqual(
          told.filter((call) => targetName(call.target) === target).map(({ change }) => change),
          played.history.applied
            .filter((call) => targetName(call.target) === target)
            .map(({ change }) => change),
          `seed ${seed}, ${target}`,
        );
      }
    }
    assert.ok(compared >= LEAST_COMPARED, `${compared} cases were compared`);
  });
});

/** The same plan, where nothing goes wrong and nobody meddles. */
function untroubled(drawn: ScalingCase): ScalingCase {
  const { durations } = drawn.trouble;
  return { ...drawn, plans: drawn.plans.slice(0, 1), acts: [], trouble: { ...NO_TROUBLE, durations } };
}

/** Every run has ended, and well, before another begins. */
function isInTime({ history: { executions } }: PlayedCase): boolean {
  return executions.every(({ outcome, until = Number.POSITIVE_INFINITY, from }) => {
    const isAlone = executions.every((other) => other.from <= from || other.from >= until);
    return (outcome === 'Converged' || outcome === 'Superseded') && isAlone;
  });
}

function forecastOf({ plans, start, end, clusters, services }: ScalingCase): Forecast {
  const stored = plans[0]?.stored;
  assert.ok(stored);
  const present = (target: Target): Observation => {
    if (target.kind === 'docdb') return clusterOf(clusters.find(({ id }) => id === target.clusterId));
    return serviceOf(services.find(({ name }) => name === target.service));
  };
  return forecast({ stored, from: start, to: end, present });
}

function targetsOf({ clusters, services }: ScalingCase): readonly string[] {
  return [
    ...clusters.map(({ id }) => `docdb/${id}`),
    ...services.map(({ cluster, name }) => `ecs/${cluster}/${name}`),
  ];
}

function clusterOf(given: GivenCluster | undefined): Observation {
  assert.ok(given);
  const { id, instances, writer, status = 'available', serverless } = given;
  return {
    target: { kind: 'docdb', clusterId: id },
    arn: '',
    status,
    instances: instances
      .map((instance) => ({
        id: instance.id,
        instanceClass: instance.instanceClass,
        status,
        isWriter: instance.id === writer,
        promotionTier: instance.promotionTier ?? 1,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    ...(serverless && { serverless }),
  };
}

function serviceOf(given: GivenService | undefined): Observation {
  assert.ok(given);
  const { cluster, name, desiredCount, bounds } = given;
  return {
    target: { kind: 'ecs', cluster, service: name },
    arn: '',
    status: 'ACTIVE',
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    deployments: [],
    ...(bounds && { scalableTarget: bounds }),
  };
}
