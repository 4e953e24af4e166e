import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  apart,
  CLUSTER_STEP,
  mistakesIn,
  NIGHTLY,
  plan,
  SCENARIO,
  SERVICE_STEP,
  STEP,
  scenario,
  without,
} from '../../../support/scaling/refused-plans.ts';

/** Every way to be wrong, and all that is said of it. */
const REFUSED: readonly [properties: unknown, mistakes: string][] = [
  ['plan', 'its properties are no map of names to values'],
  [plan({ Bounds: nested(20) }), 'its properties are nested more than 16 times'],
  [{}, 'Scenarios is missing (a list of 1 to 20 scenarios)'],
  [plan({ Scenarios: 'nightly' }), 'Scenarios is "nightly", allowed is a list of 1 to 20 scenarios'],
  [plan({ Scenarios: [] }), 'Scenarios: it has 0 elements, allowed is a list of 1 to 20 scenarios'],
  [
    plan({ Scenarios: Array.from({ length: 21 }, () => SCENARIO) }),
    'Scenarios: it has 21 elements, allowed is a list of 1 to 20 scenarios',
  ],
  [plan({ Enforce: 'yes' }), 'Enforce is "yes", allowed is true or false'],
  [plan({ OnDelete: 'Restore' }), 'OnDelete is "Restore", allowed is one of restore, leave'],
  [plan({ Bounds: '4' }), 'Bounds is "4", allowed is a map of InstanceCount and DesiredCount'],
  [
    plan({ Bounds: { InstanceCount: '17' } }),
    'Bounds.InstanceCount is "17", allowed is a whole number from 1 to 16',
  ],
  [
    plan({ Bounds: { DesiredCount: '-1' } }),
    'Bounds.DesiredCount is "-1", allowed is a whole number from 0 to 5000',
  ],
  [
    plan({ Bounds: { DesiredCounts: '1' } }),
    'Bounds.DesiredCounts is no property of Bounds, which has InstanceCount, DesiredCount (is DesiredCount meant?)',
  ],
  [
    plan({ TimeZone: 'UTC' }),
    'TimeZone is no property of Custom::ScheduledScaling, which has Timezone, Enforce, OnDelete, Bounds, Scenarios (is Timezone meant?)',
  ],
  [
    plan({ Target: 'docdb/orders' }),
    'Target is no property of Custom::ScheduledScaling, which has Timezone, Enforce, OnDelete, Bounds, Scenarios',
  ],
  [
    plan({ Scenarios: ['nightly'] }),
    'Scenarios[0] is "nightly", allowed is a map of Name, Start, End or Duration, and Steps',
  ],
  [
    plan({ Scenarios: [without(SCENARIO, 'Name')] }),
    'Scenarios[0].Name is missing (1 to 40 letters, digits, "-", "_" and ".")',
  ],
  [
    plan({ Scenarios: [without(SCENARIO, 'Name'), without(SCENARIO, 'Name')] }),
    'Scenarios[0].Name is missing (1 to 40 letters, digits, "-", "_" and "."); Scenarios[1].Name is missing (1 to 40 letters, digits, "-", "_" and ".")',
  ],
  [
    scenario({ Name: 'nightly batch' }),
    'Scenarios[0].Name is "nightly batch", allowed is 1 to 40 letters, digits, "-", "_" and "."',
  ],
  [
    scenario({ Name: 'x'.repeat(41) }),
    'Scenarios[0].Name is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", allowed is 1 to 40 letters, digits, "-", "_" and "."',
  ],
  [
    scenario({ Name: null }),
    'Scenarios[0].Name is null, allowed is 1 to 40 letters, digits, "-", "_" and "."',
  ],
  [
    plan({ Scenarios: [SCENARIO, { ...SCENARIO, Start: 'cron(0 12 * * ? *)' }] }),
    'Scenarios[1].Name is "nightly", which Scenarios[0] has already, allowed is a name of its own for each',
  ],
  [
    plan({ Scenarios: [without(SCENARIO, 'Start')] }),
    `${NIGHTLY}.Start is missing (cron(…) or at(…) as EventBridge Scheduler takes them)`,
  ],
  [
    plan({ Scenarios: [without(SCENARIO, 'Duration')] }),
    `${NIGHTLY} has neither End nor Duration, allowed is one of them`,
  ],
  [scenario({ End: 'cron(0 5 * * ? *)' }), `${NIGHTLY} has End and Duration, allowed is one of them`],
  [
    plan({ Scenarios: [{ ...without(SCENARIO, 'Duration'), End: SCENARIO.Start }] }),
    `${NIGHTLY}.End is the same as Start: it would end as it starts again, and never be closed`,
  ],
  [
    scenario({ Priority: '1001' }),
    `${NIGHTLY}.Priority is "1001", allowed is a whole number from -1000 to 1000`,
  ],
  [
    scenario({ Priority: '1.5' }),
    `${NIGHTLY}.Priority is "1.5", allowed is a whole number from -1000 to 1000`,
  ],
  [
    scenario({ Except: '2026-12-31' }),
    `${NIGHTLY}.Except is "2026-12-31", allowed is a list of 0 to 100 dates`,
  ],
  [
    scenario({ Except: ['2026-12-31', '2027-02-29'] }),
    `${NIGHTLY}.Except[1] is "2027-02-29", allowed is a date of the calendar, as 2026-12-31`,
  ],
  [
    scenario({ Except: ['31.12.2026', 20261231] }),
    `${NIGHTLY}.Except[0] is "31.12.2026", allowed is a date of the calendar, as 2026-12-31; ${NIGHTLY}.Except[1] is 20261231, allowed is a date of the calendar, as 2026-12-31`,
  ],
  [
    scenario({ Except: Array.from({ length: 101 }, () => '2026-12-31') }),
    `${NIGHTLY}.Except: it has 101 elements, allowed is a list of 0 to 100 dates`,
  ],
  [
    scenario({ Strat: 'cron(0 0 * * ? *)' }),
    `${NIGHTLY}.Strat is no property of a scenario, which has Name, Start, End, Duration, Priority, Except, Steps (is Start meant?)`,
  ],
  [
    scenario({ 'In between': '1' }),
    `${NIGHTLY}."In between" is no property of a scenario, which has Name, Start, End, Duration, Priority, Except, Steps`,
  ],
  [
    plan({ Scenarios: [without(SCENARIO, 'Steps')] }),
    `${NIGHTLY}.Steps is missing (a list of 1 to 20 steps)`,
  ],
  [scenario({ Steps: [] }), `${NIGHTLY}.Steps: it has 0 elements, allowed is a list of 1 to 20 steps`],
  [
    scenario({ Steps: CLUSTER_STEP }),
    `${NIGHTLY}.Steps is {"Target":"docdb/orders","InstanceCount":"3"}, allowed is a list of 1 to 20 steps`,
  ],
  [
    scenario({ Steps: Array.from({ length: 21 }, (_, i) => ({ ...CLUSTER_STEP, Target: `docdb/a${i}` })) }),
    `${NIGHTLY}.Steps: it has 21 elements, allowed is a list of 1 to 20 steps`,
  ],
  [
    scenario({ Steps: ['docdb/orders'] }),
    `${STEP} is "docdb/orders", allowed is a map of Target, what it is to have, and perhaps After`,
  ],
  [
    scenario({ Steps: [CLUSTER_STEP, SERVICE_STEP, { ...CLUSTER_STEP, Target: 'docdb/ORDERS' }] }),
    `${NIGHTLY}.Steps[2].Target is docdb/orders, which Steps[0] has already, allowed is each target once in a scenario`,
  ],
  [
    scenario({ Steps: [without(CLUSTER_STEP, 'Target')] }),
    `${STEP}.Target is missing (docdb/<cluster>, ecs/<cluster>/<service>, or the ARN of either)`,
  ],
  [
    scenario({ Start: 'cron(0 0 30 2 ? *)' }),
    `${NIGHTLY} never starts: cron(0 0 30 2 ? *) does not come in the next 1500 days`,
  ],
  [
    scenario({ Start: 'at(2031-01-01T00:00:00)' }),
    `${NIGHTLY} never starts: at(2031-01-01T00:00:00) does not come in the next 1500 days`,
  ],
  [
    scenario({ Start: 'at(2026-12-31T22:00:00)', Except: ['2026-12-31'] }),
    `${NIGHTLY} never starts: at(2026-12-31T22:00:00) does not come in the next 1500 days, or only on dates of Except`,
  ],
  [
    plan({ Timezone: 'Europe/Berlin', Scenarios: [{ ...SCENARIO, Start: 'cron(* 2 ? 3 1L *)' }] }),
    `${NIGHTLY} never starts: cron(* 2 ? 3 1L *) does not come in the next 1500 days`,
  ],
  [
    plan({ Timezone: 'Europe/Berlin', Scenarios: [{ ...SCENARIO, Start: 'at(2027-03-28T02:30:00)' }] }),
    `${NIGHTLY} never starts: the clocks of Europe/Berlin leap over at(2027-03-28T02:30:00)`,
  ],
  [
    plan({ Scenarios: [{ ...without(SCENARIO, 'Duration'), End: 'at(2026-12-24T00:00:00)' }] }),
    `${NIGHTLY} overlaps itself: it starts at 2026-11-21T00:30 and again at 2026-11-22T00:30, before its end at 2026-12-24T00:00 (UTC), allowed is an End that comes in between, or Duration`,
  ],
  [
    plan({
      Scenarios: [
        {
          ...without(SCENARIO, 'Duration'),
          Start: 'at(2026-12-24T00:00:00)',
          End: 'at(2026-12-23T00:00:00)',
        },
      ],
    }),
    `${NIGHTLY} never ends: at(2026-12-23T00:00:00) does not come after the start at 2026-12-24T00:00 (UTC)`,
  ],
  [
    plan({
      Scenarios: [
        {
          ...without(SCENARIO, 'Duration'),
          Start: 'at(2025-12-24T00:00:00)',
          End: 'at(2025-12-23T00:00:00)',
        },
      ],
    }),
    `${NIGHTLY} never ends: at(2025-12-23T00:00:00) does not come after the start at 2025-12-24T00:00 (UTC)`,
  ],
  [
    scenario({ Start: 'cron(0 * * * ? *)' }),
    `${NIGHTLY} overlaps itself: it starts at 2026-11-21T12:00 and again at 2026-11-21T13:00, before its end at 2026-11-21T16:00 (UTC), allowed is a shorter Duration`,
  ],
  [
    scenario({ Duration: 'P2D' }),
    `${NIGHTLY} overlaps itself: it starts at 2026-11-21T00:30 and again at 2026-11-22T00:30, before its end at 2026-11-23T00:30 (UTC), allowed is a shorter Duration`,
  ],
  [
    plan({
      Timezone: 'America/New_York',
      Scenarios: [
        { ...without(SCENARIO, 'Duration'), Start: 'cron(0 1 * * ? *)', End: 'cron(30 2 * * ? *)' },
      ],
    }),
    `${NIGHTLY} overlaps itself: it starts at 2027-03-14T01:00 and again at 2027-03-15T01:00, before its end at 2027-03-15T02:30 (America/New_York), allowed is an End that comes in between, or Duration`,
  ],
  [
    apart(['cron(0 0 * * ? *)', 'cron(0 3 * * ? *)']),
    'Scenarios[0] (part-0) and Scenarios[1] (part-1) are both open for docdb/orders at 2026-11-22T03:00 (UTC) with Priority 0: give one of them a higher Priority, and it wins there',
  ],
  [
    apart(['cron(0 0 * * ? *)', 'cron(0 3 29 2 ? *)'], { Priority: 7 }),
    'Scenarios[0] (part-0) and Scenarios[1] (part-1) are both open for docdb/orders at 2028-02-29T03:00 (UTC) with Priority 7: give one of them a higher Priority, and it wins there',
  ],
  [
    plan({ DeploymentId: 'x'.repeat(100_000) }),
    'its properties have 100155 characters of JSON, allowed are at most 100000',
  ],
];

/** What is said of these is told by the tests of expressions, durations and time zones: here, that it has its path. */
const REFUSED_ELSEWHERE: readonly [properties: unknown, mistake: RegExp][] = [
  [plan({ Timezone: 'Tokyo' }), /^Timezone: "Tokyo" is no name of the IANA time zone database/],
  [scenario({ Start: 'rate(1 day)' }), /^Scenarios\[0\] \(nightly\)\.Start: "rate\(1 day\)" /],
  [
    scenario({ Start: 'cron(30 0 * * * *)' }),
    /^Scenarios\[0\] \(nightly\)\.Start: "cron\(30 0 \* \* \* \*\)" /,
  ],
  [
    scenario({ Start: { Cron: '0' } }),
    /^Scenarios\[0\] \(nightly\)\.Start is \{"Cron":"0"\}, allowed is cron/,
  ],
  [scenario({ Duration: '4h' }), /^Scenarios\[0\] \(nightly\)\.Duration: "4h" /],
];

function nested(levels: number): unknown {
  return levels === 0 ? {} : [nested(levels - 1)];
}

describe('A plan is refused', () => {
  for (const [index, [properties, mistakes]] of REFUSED.entries()) {
    test(`${index + 1}: ${mistakes.slice(0, 100)}`, () => assert.equal(mistakesIn(properties), mistakes));
  }
  for (const [properties, mistake] of REFUSED_ELSEWHERE) {
    test(`as ${mistake.source.slice(1, 80)}`, () => assert.match(mistakesIn(properties), mistake));
  }

  test('with all its mistakes in one message', () => {
    const properties = {
      Timezone: 'UTC',
      Enforce: 'no',
      Scenarios: [
        { Name: 'a b', Start: 'cron(0 0 * * ? *)', Duration: 'PT1H', Steps: [CLUSTER_STEP] },
        { ...SCENARIO, Steps: [{ ...CLUSTER_STEP, InstanceClass: 'large' }] },
        { ...SCENARIO, Name: 'one', Start: 'cron(0 12 * * ? *)' },
        { ...SCENARIO, Name: 'other', Start: 'cron(0 13 * * ? *)' },
      ],
    };
    assert.deepEqual(mistakesIn(properties).split('; '), [
      'Enforce is "no", allowed is true or false',
      'Scenarios[0].Name is "a b", allowed is 1 to 40 letters, digits, "-", "_" and "."',
      'Scenarios[1] (nightly).Steps[0].InstanceClass is "large", allowed is an instance class: db.<family>.<size>, as db.r6g.2xlarge, or db.serverless',
      'Scenarios[2] (one) and Scenarios[3] (other) are both open for docdb/orders at 2026-11-21T13:00 (UTC) with Priority 0: give one of them a higher Priority, and it wins there',
    ]);
  });

  test('with the first mistakes, and a count of the others', () => {
    const broken = Array.from({ length: 20 }, (_, position) => ({ Target: `docdb/a${position}`, Junk: '1' }));
    const sentences = mistakesIn(scenario({ Steps: broken })).split('; ');
    assert.equal(sentences.at(-1), 'and 28 more mistakes');
    assert.equal(sentences.length, 13);
  });

  test('in a message that an answer to CloudFormation holds, whatever the texts in it', () => {
    const nasty = '\u0001"\\'.repeat(10_000);
    const message = mistakesIn({ [nasty]: nasty, Timezone: { [nasty]: 1 }, Scenarios: [{ Name: nasty }] });
    assert.ok(Buffer.byteLength(JSON.stringify(message)) < 3_000);
  });
});
