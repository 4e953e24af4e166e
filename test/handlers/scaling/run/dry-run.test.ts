import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ProviderError } from '../../../../handlers/errors.ts';
import { taken } from '../../../../handlers/scaling/decision/lease.ts';
import type { DryRunLine } from '../../../../handlers/scaling/run/dry-run.ts';
import {
  performTask,
  type TaskAnswer,
  type TaskPorts,
} from '../../../../handlers/scaling/run/scaling-task.ts';
import { NO_PROGRESS } from '../../../../handlers/scaling/run/take-step.ts';
import { InMemoryPlanStore } from '../../../support/scaling/in-memory-plan-store.ts';
import { LARGE, SMALL } from '../../../support/scaling/observations.ts';
import { BATCH, batchStep, night, nightly, ordersStep, storedPlan } from '../../../support/scaling/plans.ts';
import { ScalingScene } from '../../../support/scaling/scaling-scene.ts';
import { type ScalingSimulator, startScalingSimulator } from '../../../support/scaling/simulator.ts';

const BIGGER = nightly({
  steps: [ordersStep({ instanceClass: LARGE, instanceCount: 3 }), batchStep({ desiredCount: 12 })],
});
const START = { plan: 'plan-1', scenario: 'nightly', edge: 'start', dryRun: true } as const;
const NEVER = new AbortController().signal;

let simulator: ScalingSimulator;
before(async () => {
  simulator = await startScalingSimulator();
});
after(() => simulator.close());

/** A store that takes nothing. */
class ReadOnlyStore extends InMemoryPlanStore {
  readonly writes: string[] = [];
  isClosed = false;

  override async saveTargetState(...given: Parameters<InMemoryPlanStore['saveTargetState']>) {
    this.#write('saveTargetState');
    return super.saveTargetState(...given);
  }

  override async claimRun(...given: Parameters<InMemoryPlanStore['claimRun']>) {
    this.#write('claimRun');
    return super.claimRun(...given);
  }

  override async addOverride(...given: Parameters<InMemoryPlanStore['addOverride']>) {
    this.#write('addOverride');
    return super.addOverride(...given);
  }

  override async putPlan(...given: Parameters<InMemoryPlanStore['putPlan']>) {
    this.#write('putPlan');
    return super.putPlan(...given);
  }

  #write(call: string): void {
    if (this.isClosed) this.writes.push(call);
  }
}

interface Trial {
  readonly answer: TaskAnswer;
  readonly lines: readonly DryRunLine[];
}

/** A cluster of two and a service of three tasks, of which nothing may be changed. */
function scene(stored = storedPlan([BIGGER])) {
  const { world, ports: of } = new ScalingScene(simulator, { start: night('12:00') });
  world.given.cluster({
    id: 'orders',
    instances: [
      { id: 'orders-1', instanceClass: SMALL },
      { id: 'orders-2', instanceClass: SMALL },
    ],
  });
  world.given.service({ cluster: 'prod', name: 'batch', desiredCount: 3 });
  const store = new ReadOnlyStore();
  store.putPlan(stored);
  const outside: string[] = [];
  const ports: TaskPorts = {
    ...of,
    store,
    runs: { start: async () => void outside.push('a run was started') },
    journal: { publish: async () => void outside.push('something was told') },
  };
  const attempt = async (input: object, targets = ports.targets): Promise<Trial> => {
    store.isClosed = true;
    const startedAt = new Date(of.clock()).toISOString();
    const execution = 'arn:execution';
    const answer = await performTask(
      { task: 'step', execution, startedAt, input, progress: NO_PROGRESS },
      { ...ports, targets },
      { requestId: 'request-1', signal: NEVER },
    );
    assert.deepEqual(store.writes, [], 'nothing is stored');
    assert.deepEqual(world.journal.entries, [], 'nothing is changed');
    assert.deepEqual(outside, [], 'nobody hears of it');
    return { answer, lines: (answer.wouldDo ?? []) as readonly DryRunLine[] };
  };
  return { store, ports, attempt };
}

describe('a dry run', () => {
  test('tells what a start would do first with each target, and does nothing', async () => {
    const { answer, lines } = await scene().attempt(START);
    assert.deepEqual([answer.kind, answer.outcome], ['end', 'DryRun']);
    assert.equal(
      answer.reason,
      'the start of nightly at 2026-11-20T12:00:00Z was only tried: nothing was changed',
    );
    const [orders, batch] = lines;
    assert.equal(lines.length, 2);
    assert.equal(orders?.target, 'docdb/orders');
    assert.equal(orders?.would, 'change');
    assert.match(
      orders?.what ?? '',
      /^The creation of orders-deploytime-[0-9a-f]{12}-1 \(db\.r6g\.2xlarge\)$/,
    );
    assert.equal(batch?.what, 'The change of the desired count to 12');
  });

  test('twice tells the same', async () => {
    const { attempt } = scene();
    assert.deepEqual((await attempt(START)).lines, (await attempt(START)).lines);
  });

  test('of a schedule’s start outside its window tells that there is nothing to start', async () => {
    const { lines } = await scene().attempt({ ...START, scheduledTime: '2026-11-20T12:00:00Z' });
    assert.deepEqual(
      lines.map(({ would, what }) => [would, what]),
      [
        ['end', 'Superseded'],
        ['end', 'Superseded'],
      ],
    );
  });

  test('of an end where nothing is recorded tells that it is its owner’s', async () => {
    const { lines } = await scene().attempt({ ...START, edge: 'end' });
    assert.deepEqual(
      lines.map(({ target, what }) => [target, what]),
      [
        ['ecs/prod/batch', 'Converged'],
        ['docdb/orders', 'Converged'],
      ],
    );
  });

  test('tells of a target in the hands of a later run', async () => {
    const { attempt, store } = scene();
    const later = {
      plan: 'plan-1',
      scenario: 'nightly',
      edge: 'end',
      scheduledTime: night('12:30'),
    } as const;
    await store.saveTargetState(BATCH, { version: 0, lease: taken(undefined, later, night('12:00')) });
    const { lines } = await attempt(START);
    assert.equal(lines[1]?.what, 'Superseded');
    assert.match(lines[1]?.reason ?? '', /^The end of nightly at .* has taken ecs\/prod\/batch over/);
  });

  test('tells of a target that can’t be looked at, and of the others', async () => {
    const { attempt, ports } = scene();
    const targets = {
      ...ports.targets,
      observe: async (...given: Parameters<typeof ports.targets.observe>) => {
        if (given[0].kind === 'docdb') throw new ProviderError('AccessDenied', 'DocumentDB refused');
        return ports.targets.observe(...given);
      },
    };
    const { lines } = await attempt(START, targets);
    assert.deepEqual(lines[0], {
      target: 'docdb/orders',
      would: 'end',
      what: 'Failed',
      reason: 'DocumentDB refused',
    });
    assert.equal(lines[1]?.would, 'change');
  });
});
