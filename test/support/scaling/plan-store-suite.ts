import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { CapacityRecord, TargetState } from '../../../handlers/scaling/decision/target-state.ts';
import type { Target } from '../../../handlers/scaling/plan/plan.ts';
import type { RunReference } from '../../../handlers/scaling/run/run.ts';
import type { Override, PlanStore, StoredPlan } from '../../../handlers/scaling/store/plan-store.ts';
import type { PlanWriter } from '../../../handlers/scaling/store/plan-writer.ts';
import { BATCH, BATCH_RECORD, batchStep, night, nightly, ORDERS, storedPlan } from './plans.ts';

export type PlanStoreUnderTest = PlanStore & PlanWriter;

/** What a store is known not to do, by the test that would show it, with the reason. */
export type PlanStoreDifferences = Readonly<Partial<Record<PlanStoreTest, string>>>;

/**
 * What every store of plans does: copies in and out, consistent reads, and writes of which one wins.
 * @param open Called once for each test; the store is empty.
 */
export function testPlanStore(
  name: string,
  open: (context: TestContext) => Promise<PlanStoreUnderTest>,
  differences: PlanStoreDifferences = {},
): void {
  describe(name, () => {
    for (const [title, check] of Object.entries(TESTS) as [PlanStoreTest, Check][]) {
      const difference = differences[title];
      if (difference === undefined) test(title, async (context) => check(await open(context)));
      else {
        // Held too: a difference that is gone is to be taken from the list.
        test(`${title}: not here, ${difference}`, async (context) => {
          const store = await open(context);
          await assert.rejects(() => check(store));
        });
      }
    }
  });
}

type Check = (store: PlanStoreUnderTest) => Promise<void>;
export type PlanStoreTest = keyof typeof TESTS;

const NEVER = new AbortController().signal;
/** More than a function's step and a sweep would be at once. */
const WRITERS = 8;
const EMPTY: TargetState = { version: 0 };
const RUN: RunReference = {
  plan: 'plan-1',
  scenario: 'nightly',
  edge: 'start',
  scheduledTime: night('01:00'),
};

const TESTS = {
  'a plan is found as it was put, and not before': async (store) => {
    const stored = storedPlan([nightly()], { overrides: [override('01:00', '02:00')] });
    assert.equal(await store.findPlan('plan-1', NEVER), undefined);
    assert.equal(await store.putPlan(stored, 'new', NEVER), 1);
    assert.deepEqual(await store.findPlan('plan-1', NEVER), stored);
    assert.equal(await store.findPlan('plan-2', NEVER), undefined);
  },

  'a plan keeps the targets that left it, and every character of its names': async (store) => {
    const stored: StoredPlan = {
      ...storedPlan([nightly({ name: 'nächtlich · 夜間 "😀"' })]),
      formerTargets: [ORDERS, BATCH],
    };
    await store.putPlan(stored, 'new', NEVER);
    assert.deepEqual(await store.findPlan('plan-1', NEVER), stored);
  },

  'a plan is new once': async (store) => {
    const first = storedPlan([nightly()]);
    assert.equal(await store.putPlan(first, 'new', NEVER), 1);
    assert.equal(await store.putPlan(storedPlan([nightly({ priority: 7 })]), 'new', NEVER), undefined);
    assert.deepEqual(await store.findPlan('plan-1', NEVER), first);
  },

  'a plan is put over the version that is expected, and over no other': async (store) => {
    const second = storedPlan([nightly({ priority: 2 })]);
    assert.equal(await store.putPlan(storedPlan(), 1, NEVER), undefined);
    await store.putPlan(storedPlan(), 'new', NEVER);
    assert.equal(await store.putPlan(second, 1, NEVER), 2);
    assert.equal(await store.putPlan(storedPlan([nightly({ priority: 3 })]), 1, NEVER), undefined);
    assert.equal(await store.putPlan(storedPlan([nightly({ priority: 3 })]), 3, NEVER), undefined);
    assert.deepEqual(await store.findPlan('plan-1', NEVER), second);
  },

  'all plans are listed': async (store) => {
    assert.deepEqual(await store.listPlans(NEVER), []);
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await store.putPlan(storedPlan([nightly()], { id }), 'new', NEVER);
    const listed = await store.listPlans(NEVER);
    assert.deepEqual(listed.map(({ plan }) => plan.id).toSorted(), ids);
  },

  'many large plans are listed': async (store) => {
    const ids = Array.from({ length: 12 }, (_, index) => `plan-${index}`).toSorted();
    for (const id of ids) await store.putPlan(largePlan(id), 'new', NEVER);
    const listed = await store.listPlans(NEVER);
    assert.deepEqual(
      listed.toSorted((a, b) => (a.plan.id < b.plan.id ? -1 : 1)),
      ids.map(largePlan),
    );
  },

  'an update gets what is there, and stores what it gives': async (store) => {
    await store.putPlan(storedPlan(), 'new', NEVER);
    const updated = await store.updatePlan('plan-1', (before) => ({ ...before, status: 'removed' }), NEVER);
    assert.deepEqual(updated, storedPlan([nightly()], { status: 'removed' }));
    assert.deepEqual(await store.findPlan('plan-1', NEVER), updated);
  },

  'an update that changes nothing writes nothing': async (store) => {
    await store.putPlan(storedPlan(), 'new', NEVER);
    assert.deepEqual(await store.updatePlan('plan-1', (before) => before, NEVER), storedPlan());
    assert.equal(await store.putPlan(storedPlan(), 1, NEVER), 2);
  },

  'an update of what is not there changes nothing': async (store) => {
    assert.equal(
      await store.updatePlan('plan-1', () => assert.fail('there is nothing to be changed'), NEVER),
      undefined,
    );
    assert.equal(await store.findPlan('plan-1', NEVER), undefined);
  },

  'of updates at once none is lost': async (store) => {
    await store.putPlan(storedPlan([nightly({ priority: 0 })]), 'new', NEVER);
    await atOnce(() =>
      store.updatePlan(
        'plan-1',
        (before) => {
          const [scenario] = before.plan.scenarios;
          assert.ok(scenario);
          const scenarios = [{ ...scenario, priority: scenario.priority + 1 }];
          return { ...before, plan: { ...before.plan, scenarios } };
        },
        NEVER,
      ),
    );
    assert.equal((await store.findPlan('plan-1', NEVER))?.plan.scenarios[0]?.priority, WRITERS);
  },

  'a plan that is removed can be forgotten, and made anew': async (store) => {
    await store.putPlan(storedPlan([nightly()], { status: 'removed' }), 'new', NEVER);
    await store.deletePlan('plan-1', NEVER);
    assert.equal(await store.findPlan('plan-1', NEVER), undefined);
    assert.deepEqual(await store.listPlans(NEVER), []);
    await store.deletePlan('plan-1', NEVER);
    assert.equal(await store.putPlan(storedPlan(), 'new', NEVER), 1);
  },

  'a plan that is active is not forgotten': async (store) => {
    await store.putPlan(storedPlan([nightly()], { status: 'removed' }), 'new', NEVER);
    await store.updatePlan('plan-1', () => storedPlan(), NEVER);
    await store.deletePlan('plan-1', NEVER);
    assert.deepEqual(await store.findPlan('plan-1', NEVER), storedPlan());
  },

  'a plan is forgotten only where it may be, as it is then': async (store) => {
    const stored = storedPlan([nightly()], { status: 'removed' });
    await store.putPlan(stored, 'new', NEVER);
    const asked: StoredPlan[] = [];
    const answer = (isAllowed: boolean) => (there: StoredPlan) => {
      asked.push(there);
      return isAllowed;
    };
    await store.deletePlan('plan-1', NEVER, answer(false));
    assert.deepEqual(await store.findPlan('plan-1', NEVER), stored);
    await store.deletePlan('plan-1', NEVER, answer(true));
    assert.equal(await store.findPlan('plan-1', NEVER), undefined);
    assert.deepEqual(asked, [stored, stored]);
  },

  "a person's word is added, once": async (store) => {
    await store.putPlan(storedPlan(), 'new', NEVER);
    const word = override('01:00', '02:00');
    await store.addOverride('plan-1', word, NEVER);
    await store.addOverride('plan-1', word, NEVER);
    assert.deepEqual((await store.findPlan('plan-1', NEVER))?.overrides, [word]);
  },

  'a word that is over goes when another comes': async (store) => {
    await store.putPlan(storedPlan(), 'new', NEVER);
    const [over, other, last] = [
      override('01:00', '02:00'),
      override('01:30', '05:00', 'weekly'),
      override('02:00', '03:00'),
    ];
    for (const word of [over, other, last]) await store.addOverride('plan-1', word, NEVER);
    assert.deepEqual((await store.findPlan('plan-1', NEVER))?.overrides, [other, last]);
  },

  'of words at once none is lost': async (store) => {
    await store.putPlan(storedPlan(), 'new', NEVER);
    const names = Array.from({ length: WRITERS }, (_, index) => `scenario-${index}`);
    await Promise.all(
      names.map((name) => store.addOverride('plan-1', override('01:00', '02:00', name), NEVER)),
    );
    const { overrides = [] } = (await store.findPlan('plan-1', NEVER)) ?? {};
    assert.deepEqual(overrides.map(({ scenario }) => scenario).toSorted(), names);
  },

  'no word can be added to a plan that is not there': async (store) => {
    await assert.rejects(store.addOverride('plan-1', override('01:00', '02:00'), NEVER), {
      code: 'NotFound',
      message: /plan-1/,
    });
  },

  "a target's state is version 0 before the first is saved": async (store) => {
    assert.deepEqual(await store.getTargetState(ORDERS, NEVER), EMPTY);
    assert.deepEqual(await store.getTargetState(BATCH, NEVER), EMPTY);
  },

  "a target's state is saved with the next version, and read as it was saved": async (store) => {
    const saved = await store.saveTargetState(ORDERS, { ...EMPTY, ...REMEMBERED }, NEVER);
    assert.deepEqual(saved, { version: 1, ...REMEMBERED });
    assert.deepEqual(await store.getTargetState(ORDERS, NEVER), saved);
    assert.deepEqual(await store.getTargetState(BATCH, NEVER), EMPTY);
    assert.equal((await store.saveTargetState(ORDERS, saved, NEVER))?.version, 2);
  },

  'what is undefined in a state is not there afterwards': async (store) => {
    const saved = await store.saveTargetState(ORDERS, { ...EMPTY, ...REMEMBERED }, NEVER);
    assert.ok(saved);
    const { intent: _, ...rest } = saved;
    const again = await store.saveTargetState(ORDERS, { ...saved, intent: undefined }, NEVER);
    assert.deepEqual(again, { ...rest, version: 2 });
    assert.deepEqual(await store.getTargetState(ORDERS, NEVER), again);
  },

  'a state is not saved over one that was not read': async (store) => {
    const saved = await store.saveTargetState(ORDERS, { ...EMPTY, changedAt: 1 }, NEVER);
    assert.ok(saved);
    assert.equal(await store.saveTargetState(ORDERS, { ...EMPTY, changedAt: 2 }, NEVER), undefined);
    assert.equal(
      await store.saveTargetState(ORDERS, { version: 2, changedAt: 3 }, NEVER),
      undefined,
      'nor over one that is to come',
    );
    assert.deepEqual(await store.getTargetState(ORDERS, NEVER), saved);
  },

  'of writers at once one wins, also where they write the same': async (store) => {
    for (let version = 0; version < 4; version += 1) {
      const state: TargetState = { version, changedAt: night('01:00') };
      const answers = await atOnce(() => store.saveTargetState(ORDERS, state, NEVER));
      const won = answers.filter((answer) => answer !== undefined);
      assert.deepEqual(won, [{ ...state, version: version + 1 }]);
    }
  },

  "a plan's recorded targets are those of its own that it has a record of": async (store) => {
    const former: Target = { kind: 'ecs', cluster: 'prod', service: 'former' };
    const others: Target = { kind: 'ecs', cluster: 'prod', service: 'others' };
    const steps = [BATCH, others].map((target) => ({ ...batchStep({ desiredCount: 1 }), target }));
    const stored: StoredPlan = { ...storedPlan([nightly({ steps })]), formerTargets: [former, ORDERS] };
    await store.putPlan(stored, 'new', NEVER);
    assert.deepEqual(await store.listRecorded('plan-1', NEVER), []);
    await store.saveTargetState(BATCH, { ...EMPTY, record: RECORD }, NEVER);
    await store.saveTargetState(former, { ...EMPTY, record: RECORD }, NEVER);
    await store.saveTargetState(others, { ...EMPTY, record: { ...RECORD, plan: 'plan-2' } }, NEVER);
    await store.saveTargetState(ORDERS, { ...EMPTY, changedAt: 1 }, NEVER);
    assert.deepEqual(await store.listRecorded('plan-1', NEVER), [BATCH, former]);
    await store.saveTargetState(BATCH, { version: 1 }, NEVER);
    assert.deepEqual(await store.listRecorded('plan-1', NEVER), [former]);
  },

  'a run is for the execution that claims it first, however often it asks': async (store) => {
    assert.equal(await store.claimRun(RUN, 'execution-1', NEVER), true);
    assert.equal(await store.claimRun(RUN, 'execution-2', NEVER), false);
    assert.equal(await store.claimRun(RUN, 'execution-1', NEVER), true);
    for (const other of OTHER_RUNS) assert.equal(await store.claimRun(other, 'execution-2', NEVER), true);
  },

  'of executions at once one gets the run': async (store) => {
    const answers = await atOnce((index) => store.claimRun(RUN, `execution-${index}`, NEVER));
    assert.equal(answers.filter((isOurs) => isOurs).length, 1);
    assert.equal(await store.claimRun(RUN, `execution-${answers.indexOf(true)}`, NEVER), true);
  },
} satisfies Record<string, Check>;

const OTHER_RUNS: readonly RunReference[] = [
  { ...RUN, edge: 'end' },
  { ...RUN, scheduledTime: RUN.scheduledTime + 1000 },
  { ...RUN, scenario: 'weekly' },
  { ...RUN, scenario: undefined },
  { ...RUN, isRepair: true },
  { ...RUN, plan: 'plan-2' },
];

const RECORD: CapacityRecord = { ...BATCH_RECORD, original: { kind: 'ecs', desiredCount: 2 } };

const REMEMBERED: Omit<TargetState, 'version'> = {
  record: RECORD,
  lease: { run: RUN, fence: 3, until: night('01:15'), since: night('01:00') },
  intent: { change: { kind: 'set-desired-count', desiredCount: 12 }, at: night('01:01'), attempt: 1 },
  changedAt: night('01:01'),
};

function override(from: string, until: string, scenario = 'nightly'): Override {
  return { scenario, hold: 'open', from: night(from), until: night(until) };
}

/** About 200 KB: five of them are more than a page. */
function largePlan(id: string): StoredPlan {
  const steps = Array.from({ length: 20 }, (_, index) => ({
    ...batchStep({ desiredCount: index }),
    target: { ...BATCH, service: `${index}-${'x'.repeat(250)}` },
  }));
  const scenarios = Array.from({ length: 30 }, (_, index) => nightly({ name: `scenario-${index}`, steps }));
  return storedPlan(scenarios, { id });
}

function atOnce<T>(call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: WRITERS }, (_, index) => call(index)));
}
