import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { berlin, NIGHTLY, runPlanHere, SERVICE_ONLY } from './plan-run.ts';

const MAX_COLUMNS = 100;

describe('deploytime plan', () => {
  test('tells starts and ends in local time and UTC, with their calls in order', async () => {
    const present = {
      'docdb/orders': { Instances: { a: 'db.r6g.large', b: 'db.r6g.large' } },
      'ecs/prod/batch': { DesiredCount: 2 },
    };
    const { exitCode, stdout, stderr } = await runPlanHere(
      ['@plan.json', '--present', '@present.json', '--from', '2026-10-21', '--to', '2026-10-22'],
      { files: { 'plan.json': berlin(NIGHTLY), 'present.json': present } },
    );
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.equal(
      stdout,
      `plan.json: Wed 2026-10-21 00:00 to Thu 2026-10-22 00:00 (Europe/Berlin)
docdb/orders has 2 × db.r6g.large
ecs/prod/batch has 2 tasks

LOCAL TIME            UTC                WHAT                           EXPECTED        OUTAGE
────────────────────  ─────────────────  ─────────────────────────────  ──────────────  ────────────
Wed 2026-10-21 00:30  2026-10-20 22:30Z  start nightly                  13 to 26 min    15 to 60 s
  docdb/orders: 2 × db.r6g.large → 2 × db.r6g.2xlarge
    1  ModifyDBInstance b to db.r6g.2xlarge                             6 to 10 min
    2  FailoverDBCluster to b                                           15 to 60 s      15 to 60 s
    3  ModifyDBInstance a to db.r6g.2xlarge                             6 to 10 min
  ecs/prod/batch: 2 tasks → 12 tasks
    4  UpdateService 12 tasks                                           1 to 5 min
Wed 2026-10-21 05:00  2026-10-21 03:00Z  end nightly                    13 to 26 min    15 to 60 s
  ecs/prod/batch: 12 tasks → 2 tasks
    1  UpdateService 2 tasks                                            1 to 5 min
  docdb/orders: 2 × db.r6g.2xlarge → 2 × db.r6g.large
    2  ModifyDBInstance a to db.r6g.large                               6 to 10 min
    3  FailoverDBCluster to a                                           15 to 60 s      15 to 60 s
    4  ModifyDBInstance b to db.r6g.large                               6 to 10 min
`,
    );
  });

  test('says what it assumes where nobody tells what the targets have', async () => {
    const { stdout } = await runPlanHere(['@plan.json'], { files: { 'plan.json': berlin(NIGHTLY) } });
    assert.match(
      stdout,
      /^docdb\/orders has 3 × own-class\*\necs\/prod\/batch has 2 tasks\*\n\* assumed, as nothing tells/m,
    );
  });

  test('shows a week from now on, by the minute, where nothing else is said', async () => {
    const { stdout } = await runPlanHere(['@plan.json'], {
      files: { 'plan.json': berlin(SERVICE_ONLY) },
      now: '2026-10-20T12:34:56Z',
    });
    // An hour more: the clocks go back meanwhile.
    assert.match(stdout, /^plan.json: Tue 2026-10-20 14:34 to Tue 2026-10-27 14:34 \(Europe\/Berlin\)\n/);
    assert.equal(stdout.match(/start nightly/g)?.length, 7);
    assert.match(stdout, / {2}the same call as on Wed 2026-10-21 00:30\n/);
  });

  test('has one table after the other for the plans of a template', async () => {
    const resource = (scenario: object) => ({
      Type: 'Custom::ScheduledScaling',
      Properties: berlin(scenario),
    });
    const template = {
      Resources: {
        One: resource(SERVICE_ONLY),
        Other: { Type: 'AWS::SNS::Topic' },
        Two: resource(SERVICE_ONLY),
      },
    };
    const { stdout } = await runPlanHere(['@t.json'], { files: { 't.json': template } });
    assert.deepEqual(stdout.match(/^\w+ in t.json: /gm), ['One in t.json: ', 'Two in t.json: ']);
    const { stdout: one } = await runPlanHere(['@t.json', '--resource', 'Two'], {
      files: { 't.json': template },
    });
    assert.deepEqual(one.match(/^\w+ in t.json: /gm), ['Two in t.json: ']);
  });

  test('tells that a window is open at the beginning, and since when', async () => {
    const { stdout } = await runPlanHere(
      ['@plan.json', '--from', '2026-10-21T01:00:00Z', '--to', '2026-10-21T02:00:00Z'],
      {
        files: { 'plan.json': berlin(SERVICE_ONLY) },
      },
    );
    assert.match(stdout, /\nnightly is open since Wed 2026-10-21 00:30, until Wed 2026-10-21 05:00\n/);
    assert.match(stdout, /\necs\/prod\/batch has 12 tasks, and 2 tasks\* outside of all windows\n/);
    assert.match(stdout, /\nNothing starts or ends in this time\.\n$/);
  });

  test('has lines of 100 columns at most, however long names are', async () => {
    const target = `ecs/${'c'.repeat(200)}/${'s'.repeat(200)}`;
    const scenarios = [0, 1].map((index) => ({
      ...SERVICE_ONLY,
      Name: `${'n'.repeat(39)}${index}`,
      Priority: index,
      Steps: [{ Target: target, DesiredCount: 3 + index }],
    }));
    const { stdout } = await runPlanHere(['@plan.json'], { files: { 'plan.json': berlin(...scenarios) } });
    assert.deepEqual(
      stdout.split('\n').filter((line) => [...line].length > MAX_COLUMNS),
      [],
    );
    assert.match(stdout, /start n{8,}…n{8,}1 /);
  });

  test('colours on a terminal alone', async () => {
    const files = { 'plan.json': berlin(SERVICE_ONLY) };
    const coloured = await runPlanHere(['@plan.json'], { files, isTTY: true });
    assert.ok(coloured.stdout.includes('\x1b[32mWed 2026-10-21 00:30'));
    const plain = await runPlanHere(['@plan.json'], { files });
    assert.ok(!plain.stdout.includes('\x1b'));
  });
});

describe('deploytime plan tells what daylight saving does', () => {
  const told = async (scenario: object, from: string, to: string) => {
    const args = ['@plan.json', '--from', from, '--to', to];
    const { stdout, stderr } = await runPlanHere(args, {
      files: { 'plan.json': berlin(scenario) },
      now: `${from}T00:00:00Z`,
    });
    assert.equal(stderr, '');
    return stdout;
  };

  test('to a window with an end by the clock', async () => {
    assert.match(
      await told(SERVICE_ONLY, '2026-10-25', '2026-10-26'),
      /start nightly .*\n {2}the clocks go back from 03:00 to 02:00: it lasts 5 h 30 min, 1 h longer than by the clock\n/,
    );
    const spring = await told(SERVICE_ONLY, '2026-03-29', '2026-03-30');
    assert.match(spring, /it lasts 3 h 30 min, 1 h less than by the clock\n/);
    assert.match(
      spring,
      /\nSun 2026-03-29 03:00 {2}2026-03-29 01:00Z {2}the clocks go forward from 02:00 to 03:00\n/,
    );
  });

  test('to a window with a duration', async () => {
    const { End: _, ...open } = SERVICE_ONLY;
    assert.match(
      await told({ ...open, Duration: 'PT4H' }, '2026-10-25', '2026-10-26'),
      /it lasts 4 h all the same, and ends at 03:30, 1 h earlier\n {2}by the clock\n/,
    );
  });

  test('to a start that doesn’t exist, and to one that comes twice', async () => {
    const scenario = { ...SERVICE_ONLY, Start: 'cron(30 2 * * ? *)' };
    const spring = await told(scenario, '2026-03-29', '2026-03-30');
    assert.match(
      spring,
      /\nSun 2026-03-29 02:30 {2}does not exist {5}no start of nightly\n {2}the clocks leap over this time, so nothing fires\n/,
    );
    assert.doesNotMatch(spring, /start nightly/);
    assert.match(
      await told(scenario, '2026-10-25', '2026-10-26'),
      /Sun 2026-10-25 02:30 {2}2026-10-25 00:30Z {2}start nightly .*\n {2}02:30 comes twice; it fires once, the first time\n/,
    );
  });

  test('to an end that doesn’t exist: the window is open until the next', async () => {
    const weekly = { ...SERVICE_ONLY, Start: 'cron(0 22 ? * SAT *)', End: 'cron(30 2 ? * SUN *)' };
    const text = await told(weekly, '2026-03-28', '2026-04-06').catch(String);
    // It would be open when the next one begins: refused as the resource refuses it.
    assert.match(text, /overlaps itself/);
    const yearly = { ...SERVICE_ONLY, Start: 'at(2026-03-28T22:00:00)', End: 'cron(30 2 ? * SUN *)' };
    assert.match(
      await told(yearly, '2026-03-28', '2026-04-06'),
      /no end of nightly\n {2}the clocks leap over this time, so nothing fires: it stays open until Sun 2026-04-05 02:30\n/,
    );
  });
});

describe('deploytime plan warns', () => {
  const notesOf = async (...scenarios: readonly object[]) => {
    const args = ['@plan.json', '--from', '2026-11-02', '--to', '2026-11-04'];
    return (await runPlanHere(args, { files: { 'plan.json': berlin(...scenarios) } })).stdout;
  };

  test('of a window that is too short for its calls', async () => {
    const short = (End: string) => notesOf({ ...NIGHTLY, End });
    assert.match(
      await short('cron(40 0 * * ? *)'),
      /its window of 10 min is too short for that: the run will be Late\n/,
    );
    assert.match(
      await short('cron(0 1 * * ? *)'),
      /its window of 30 min may be too short for that: the run would be Late\n/,
    );
    assert.doesNotMatch(await short('cron(0 2 * * ? *)'), /Late/);
  });

  test('of dates in Except', async () => {
    assert.match(
      await notesOf({ ...SERVICE_ONLY, Except: ['2026-11-03'] }),
      /\nTue 2026-11-03 00:30 {2}2026-11-02 23:30Z {2}no start of nightly\n {2}a date of Except\n/,
    );
  });

  test('of two scenarios that want one target', async () => {
    const peak = {
      ...SERVICE_ONLY,
      Name: 'peak',
      Start: 'cron(0 2 * * ? *)',
      End: 'cron(0 3 * * ? *)',
      Priority: 7,
    };
    assert.match(
      await notesOf(SERVICE_ONLY, peak),
      /start peak .*\n {2}ecs\/prod\/batch: peak \(Priority 7\) has it before nightly \(Priority 0\), until Mon 2026-11-02 03:00\n {2}nothing is to be changed\n/,
    );
  });

  test('of a run that will fail, with the reason of the run', async () => {
    const present = { 'docdb/orders': { InstanceClass: 'db.r6g.large', InstanceCount: 3 } };
    const scenario = { ...NIGHTLY, Steps: [{ Target: 'docdb/orders', InstanceCount: 2 }] };
    const { exitCode, stdout } = await runPlanHere(['@plan.json', '--present', '@present.json'], {
      files: { 'plan.json': berlin(scenario), 'present.json': present },
    });
    assert.equal(exitCode, 0);
    assert.match(stdout, /\n {2}nothing is to be changed\n {2}Failed: docdb\/orders: .*never deleted\n/s);
  });
});

describe('deploytime plan --json', () => {
  test('has the same as data', async () => {
    const peak = {
      ...SERVICE_ONLY,
      Name: 'peak',
      Start: 'cron(0 2 * * ? *)',
      End: 'cron(0 4 * * ? *)',
      Priority: 7,
      Except: ['2026-10-26'],
    };
    const { stdout } = await runPlanHere(
      ['@plan.json', '--json', '--from', '2026-10-25', '--to', '2026-10-27'],
      {
        files: { 'plan.json': berlin(NIGHTLY, peak) },
      },
    );
    const { plans } = JSON.parse(stdout);
    assert.equal(plans.length, 1);
    const [plan] = plans;
    assert.deepEqual(
      [plan.source, plan.resource, plan.planId, plan.timezone, plan.from],
      [
        'plan.json',
        null,
        null,
        'Europe/Berlin',
        { utc: '2026-10-24T22:00:00Z', local: '2026-10-25T00:00:00+02:00' },
      ],
    );
    assert.deepEqual(plan.assumed, [
      { about: 'docdb/orders', what: '3 × own-class' },
      { about: 'ecs/prod/batch', what: '2 tasks' },
    ]);
    assert.deepEqual(plan.windows[0], {
      scenario: 'nightly',
      start: { utc: '2026-10-24T22:30:00Z', local: '2026-10-25T00:30:00+02:00' },
      end: { utc: '2026-10-25T04:00:00Z', local: '2026-10-25T05:00:00+01:00' },
      seconds: 19_800,
      byHand: false,
      daylightSaving:
        'the clocks go back from 03:00 to 02:00: it lasts 5 h 30 min, 1 h longer than by the clock',
    });
    const [start] = plan.edges;
    assert.deepEqual([start.utc, start.scenario, start.edge], ['2026-10-24T22:30:00Z', 'nightly', 'start']);
    assert.deepEqual(
      start.calls.map(({ target, api }: { target: string; api: string }) => `${target} ${api}`),
      [
        'docdb/orders ModifyDBInstance',
        'docdb/orders ModifyDBInstance',
        'docdb/orders FailoverDBCluster',
        'docdb/orders ModifyDBInstance',
        'ecs/prod/batch UpdateService',
      ],
    );
    assert.deepEqual(start.calls[2], {
      target: 'docdb/orders',
      api: 'FailoverDBCluster',
      arguments: 'to replica-1',
      reason:
        'orders fails over from writer to replica-1 (db.r6g.2xlarge): writer is changed as a replica afterwards',
      expectedSeconds: [15, 60],
      outage: { affects: 'writes', seconds: [15, 60] },
    });
    assert.deepEqual(
      [start.expectedSeconds, start.outage],
      [[3 * 360 + 15 + 30, 3 * 600 + 60 + 300], { affects: 'writes', seconds: [15, 60] }],
    );
    assert.deepEqual(
      start.outcomes.map(({ outcome }: { outcome: string }) => outcome),
      ['Converged', 'Converged'],
    );
    assert.deepEqual(plan.clockChanges, [
      { utc: '2026-10-25T01:00:00Z', local: '2026-10-25T02:00:00+01:00', shiftMinutes: -60 },
    ]);
    assert.deepEqual(plan.oddTimes, [
      {
        scenario: 'peak',
        edge: 'start',
        kind: 'repeated',
        local: '2026-10-25T02:00',
        utc: '2026-10-25T00:00:00Z',
      },
      {
        scenario: 'peak',
        edge: 'start',
        kind: 'excepted',
        local: '2026-10-26T02:00',
        utc: '2026-10-26T01:00:00Z',
      },
    ]);
    assert.deepEqual(
      [plan.priorities[0].has, plan.priorities[0].waits, plan.priorities[0].target],
      ['peak', ['nightly'], 'ecs/prod/batch'],
    );
    assert.deepEqual(plan.capacity[1].steps[1], {
      utc: '2026-10-24T22:30:00Z',
      local: '2026-10-25T00:30:00+02:00',
      text: '12 tasks',
      desiredCount: 12,
      bounds: null,
    });
    assert.deepEqual(plan.capacity[0].steps[1].instances, [{ instanceClass: 'db.r6g.2xlarge', count: 3 }]);
  });

  test('names no replica by a name that nobody knows yet', async () => {
    const scenario = { ...NIGHTLY, Steps: [{ Target: 'docdb/orders', InstanceCount: 4 }] };
    const { stdout } = await runPlanHere(['@plan.json', '--json'], {
      files: { 'plan.json': berlin(scenario) },
    });
    assert.doesNotMatch(stdout, /-deploytime-/);
    assert.equal(JSON.parse(stdout).plans[0].edges[0].calls[0].arguments, 'own replica 1, own-class');
  });
});

describe('deploytime plan --svg', () => {
  test('draws the plan besides what it prints, twice the same', async () => {
    const files = { 'plan.json': berlin(NIGHTLY) };
    const args = ['@plan.json', '--json', '--svg', '@a.svg'];
    const { stdout, written } = await runPlanHere(args, { files, read: ['a.svg'] });
    assert.equal(JSON.parse(stdout).plans.length, 1);
    assert.match(
      String(written[0]),
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [\s\S]*Scheduled scaling of plan.json[\s\S]*<\/svg>\n$/,
    );
    assert.deepEqual((await runPlanHere(args, { files, read: ['a.svg'] })).written, written);
  });
});
