import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Change } from '../../../../handlers/scaling/decision/change.ts';
import type { Observation, Refusal } from '../../../../handlers/scaling/decision/scaling-target.ts';
import type { Target } from '../../../../handlers/scaling/plan/plan.ts';
import { createScalingClients } from '../../../../handlers/scaling/targets/scaling-clients.ts';
import { scalingTargets } from '../../../../handlers/scaling/targets/scaling-targets.ts';
import { QUICK_PATIENCE } from '../../../support/provider/patience.ts';
import { type ScalingSimulator, startScalingSimulator } from '../../../support/scaling/simulator.ts';
import type { SimulatorWorld } from '../../../support/scaling/simulator-world.ts';

/** One change of a target, and how it is seen that it was made. */
export interface ChangeUnderTest {
  readonly change: Change;
  /** The action of the API that makes it. */
  readonly action: string;
  /** What AWS says where the role may not. */
  readonly denial: string;
  readonly isDone: (observation: Observation) => boolean;
}

/** A kind of target, and a world that has one. */
export interface TargetUnderTest {
  readonly name: string;
  readonly target: Target;
  readonly give: (world: SimulatorWorld) => void;
  /** The read that comes first. */
  readonly read: string;
  /** The first is the one that is used where any will do. */
  readonly changes: readonly [ChangeUnderTest, ...ChangeUnderTest[]];
}

const NEVER = new AbortController().signal;
const LONG_MS = 60 * 60_000;
const MAX_READ_LAG_MS = 60_000;

/** What every implementation of the port does, held against the simulator over HTTP. */
export function testScalingTarget({ name, target, give, read, changes }: TargetUnderTest): void {
  describe(`${name}, as any target`, () => {
    let simulator: ScalingSimulator;
    before(async () => {
      simulator = await startScalingSimulator();
    });
    after(() => simulator?.close());

    function setUp({ isThere = true } = {}) {
      const world = simulator.world();
      if (isThere) give(world);
      const options = world.configuration();
      const clients = createScalingClients({ documentDb: options, ecs: options, autoScaling: options });
      const targets = scalingTargets({ clients, patience: QUICK_PATIENCE });
      const observe = async (): Promise<Observation> => {
        const observation = await targets.observe(target, NEVER);
        assert.ok(observation, `${name} is there`);
        return observation;
      };
      const refusal = async (change: Change): Promise<Refusal> => {
        const answer = await targets.apply(await observe(), change, NEVER);
        assert.ok(answer !== 'accepted');
        return answer;
      };
      return { world, targets, observe, refusal };
    }

    const [any] = changes;

    test('is undefined where it is not there', async () => {
      const { targets } = setUp({ isThere: false });
      assert.equal(await targets.observe(target, NEVER), undefined);
    });

    test('is shown the same while nothing changes, as data that can be stored', async () => {
      const { world, observe } = setUp();
      const observation = await observe();
      world.clock.advance(LONG_MS);
      assert.deepEqual(await observe(), observation);
      assert.deepEqual(JSON.parse(JSON.stringify(observation)), observation);
      assert.deepEqual(observation.target, target);
      assert.deepEqual(world.journal.entries, [], 'a read changes nothing');
    });

    for (const { change, action, denial, isDone } of changes) {
      test(`${change.kind} is accepted, is one mutating call, and is seen once it was made`, async () => {
        const { world, targets, observe } = setUp();
        const observation = await observe();
        assert.equal(isDone(observation), false);
        assert.equal(await targets.apply(observation, change, NEVER), 'accepted');
        world.clock.advance(LONG_MS);
        assert.equal(isDone(await observe()), true);
        assert.deepEqual(
          world.journal.entries.map((entry) => [entry.action, entry.outcome]),
          [[action, 'accepted']],
        );
        assert.deepEqual(world.journal.violations, []);
      });

      for (const [says, fault, isMade] of [
        ['whose answer was lost', { kind: 'lost-answer' }, true],
        [
          'that was carried out and answered with an error',
          { kind: 'error-afterwards', code: 'InternalFailure', status: 500 },
          true,
        ],
        ['that never arrived', { kind: 'reset' }, false],
        [
          'that met an error of the service',
          { kind: 'error', code: 'ServiceUnavailable', status: 503 },
          false,
        ],
      ] as const) {
        test(`${change.kind} ${says} is not known to have been made, and not repeated`, async () => {
          const { world, refusal, observe } = setUp();
          world.faults.plan({ action, fault });
          const { kind, message } = await refusal(change);
          assert.equal(kind, 'unknown');
          assert.match(message, /; whether it was done is not known$/);
          world.clock.advance(LONG_MS);
          assert.equal(isDone(await observe()), isMade);
          assert.equal(world.journal.entries.length, 1);
        });
      }

      for (const [code, kind] of [
        ['ThrottlingException', 'throttling'],
        [denial, 'access'],
      ] as const) {
        test(`${change.kind} that is answered ${code} was not made, and is of the kind ${kind}`, async () => {
          const { world, refusal, observe } = setUp();
          world.faults.plan({ action, fault: { kind: 'error', code } });
          const answer = await refusal(change);
          assert.equal(answer.kind, kind);
          assert.equal(answer.message.includes('the tag deploytime:scaling=true'), kind === 'access');
          world.clock.advance(LONG_MS);
          assert.equal(isDone(await observe()), false);
          assert.equal(world.journal.entries.length, 1);
        });
      }
    }

    test('is shown as it was a moment ago, where reads are late, and in the end as it is', async () => {
      const { world, targets, observe } = setUp();
      world.readLagMs = MAX_READ_LAG_MS;
      const observation = await observe();
      assert.equal(await targets.apply(observation, any.change, NEVER), 'accepted');
      world.clock.advance(LONG_MS);
      assert.equal(any.isDone(await observe()), true);
    });

    test('is read again where that was throttled or broke off', async () => {
      const { world, observe } = setUp();
      const observation = await observe();
      world.faults.plan({ action: read, fault: { kind: 'error', code: 'ThrottlingException' }, times: 3 });
      world.faults.plan({ action: read, fault: { kind: 'reset' }, times: 2 });
      assert.deepEqual(await observe(), observation);
      assert.equal(world.journal.counts.get(read), 1 + 3 + 2 + 1);
    });

    test('that may not be read is an error with the permission that is missing', async () => {
      const { world, targets } = setUp();
      world.faults.plan({ action: read, fault: { kind: 'error', code: any.denial } });
      await assert.rejects(targets.observe(target, NEVER), {
        code: 'AccessDenied',
        message: new RegExp(`the service's role needs [a-z-]+:${read}`),
      });
    });

    test('is neither read nor changed where the time is up', async () => {
      const { world, targets, observe } = setUp();
      const observation = await observe();
      const calls = sumOf(world);
      const signal = AbortSignal.abort(new Error('the time is up'));
      await assert.rejects(targets.observe(target, signal), /the time is up/);
      await assert.rejects(targets.apply(observation, any.change, signal), /the time is up/);
      assert.equal(sumOf(world), calls);
    });
  });
}

function sumOf({ journal }: SimulatorWorld): number {
  return [...journal.counts.values()].reduce((sum, count) => sum + count, 0);
}
