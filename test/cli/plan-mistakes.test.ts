import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { berlin, NIGHTLY, runPlanHere, SERVICE_ONLY } from './plan-run.ts';

const PLAN = berlin(SERVICE_ONLY);
const TEMPLATE = {
  Resources: {
    Nightly: { Type: 'Custom::ScheduledScaling', Properties: PLAN },
    Weekly: { Type: 'Custom::ScheduledScaling', Properties: PLAN },
    Topic: { Type: 'AWS::SNS::Topic' },
  },
};
const FILES = { 'plan.json': PLAN, 't.json': TEMPLATE };

type Case = readonly [
  args: readonly string[],
  sentence: RegExp,
  files?: Readonly<Record<string, string | object>>,
];

const CASES: readonly Case[] = [
  [[], /^One of a file and --plan must be given; deploytime plan --help tells what there is$/],
  [['@plan.json', '--plan', 'p'], /^One of a file and --plan must be given/],
  [['@nowhere.yaml'], /^nowhere.yaml can't be read: there is no such file$/],
  [['/'], /^\/ can't be read: it is a directory$/],
  [['@x'], /^x is neither JSON nor YAML: .* at line 1/, { x: 'a: [b' }],
  [['@x'], /^x is neither JSON nor YAML: Unresolved tag: !Reff at line 1/, { x: 'a: !Reff b' }],
  [['@x'], /^x is neither JSON nor YAML: Map keys must be unique/, { x: 'a: 1\na: 2' }],
  [['@x'], /^x can't be read as YAML: Excessive alias count/, { x: laughs() }],
  [
    ['@x'],
    /^x is neither a CloudFormation template, which has Resources, nor a plan, which has Scenarios$/,
    { x: 'a: 1' },
  ],
  [['@x'], /^x is neither a CloudFormation template/, { x: '' }],
  [
    ['@x'],
    /^x has no resource of the type Custom::ScheduledScaling$/,
    { x: { Resources: { T: { Type: 'AWS::SNS::Topic' } } } },
  ],
  [['@x'], /^x has 8388609 bytes; 8388608 at most are read$/, { x: ' '.repeat(8 * 1024 * 1024 + 1) }],
  [
    ['@t.json', '--resource', 'Night'],
    /^Night is not in t.json; of the type Custom::ScheduledScaling it has Nightly, Weekly$/,
  ],
  [['@t.json', '--resource', 'Topic'], /^Topic is of the type AWS::SNS::Topic in t.json; of the type/],
  [['@t.json', '--resource', 'constructor'], /^constructor is not in t.json/],
  [
    ['@plan.json', '--resource', 'Nightly'],
    /^plan.json is no template, so there is no resource Nightly in it$/,
  ],
  [
    ['@t.json', '--svg', '@a.svg'],
    /^--svg draws one plan, and t.json has 2: name one with --resource, of Nightly, Weekly$/,
  ],
  [['@plan.json', '--svg', '@no/a.svg'], /^no\/a.svg can't be written: ENOENT$/],
  [
    ['@x'],
    /^x: Custom::ScheduledScaling can't be read: Scenarios\[0\] \(nightly\).Start: "cron\(30 0 \* \* \*\)" can't be used: /,
    { x: berlin({ ...SERVICE_ONLY, Start: 'cron(30 0 * * *)' }) },
  ],
  [
    ['@x'],
    /^x: Custom::ScheduledScaling can't be read: Timezone: "CET-1" is no name/,
    { x: { Timezone: 'CET-1', Scenarios: [NIGHTLY] } },
  ],
  [['@x'], /overlaps itself/, { x: berlin({ ...SERVICE_ONLY, Start: 'cron(0 * * * ? *)' }) }],
  [
    ['@plan.json', '--from', '2026-02-30'],
    /A date of the plan's zone is allowed, such as 2026-10-25, or an instant/,
  ],
  [['@plan.json', '--from', '2026-10-25T00:30:00'], /or an instant with its offset/],
  [['@plan.json', '--from', 'tomorrow'], /from 2000 to 2199/],
  [['@plan.json', '--to', '1999-01-01'], /from 2000 to 2199/],
  [
    ['@plan.json', '--from', '2026-10-25', '--to', '2026-10-25'],
    /^Nothing is from 2026-10-24T22:00:00Z to 2026-10-24T22:00:00Z: --to must be later than --from$/,
  ],
  [
    ['@plan.json', '--from', '2026-01-01', '--to', '2027-01-03'],
    /^It is more than 366 days from 2025-12-31T23:00:00Z to 2027-01-02T23:00:00Z: ask for less time$/,
  ],
  [
    ['@x', '--from', '2026-11-01', '--to', '2027-02-01'],
    /^x: From .* there are 4416 starts and ends, and at most 2000 are shown: ask for less time$/,
    { x: berlin({ ...SERVICE_ONLY, Start: 'cron(0 * * * ? *)', End: 'cron(30 * * * ? *)' }) },
  ],
  [['@plan.json', '--parameter', 'Stage'], /Name=value is allowed/],
  [['@plan.json', '--parameter', 'A=1', '--parameter', 'A=2'], /The parameter A is there twice/],
  [['--plan', 'a/b'], /The resource's attribute PlanId is allowed/],
  [['--plan', 'a', '--table', 't'], /3 to 255 letters, digits, "_", "-" and "." are allowed/],
  [['@plan.json', 'b.json'], /too many arguments for 'plan'/],
  [
    ['@plan.json', '--form', 'x'],
    /^unknown option '--form' \(Did you mean --from\?\); deploytime plan --help tells/,
  ],
];

describe('a mistake in what deploytime plan is given', () => {
  for (const [args, sentence, files = FILES] of CASES) {
    test(`is told in a sentence: ${args.join(' ')} ${sentence.source.slice(0, 60)}`, async () => {
      const { exitCode, stdout, stderr } = await runPlanHere(args, { files });
      assert.deepEqual([exitCode, stdout], [2, '']);
      const [, said = ''] = /^deploytime: (.*)\n$/.exec(stderr) ?? [];
      assert.match(said, sentence);
    });
  }

  test('is told as JSON, too', async () => {
    const { stdout } = await runPlanHere(['@nowhere.yaml', '--json']);
    assert.deepEqual(JSON.parse(stdout).error, {
      code: 'Usage',
      message: "nowhere.yaml can't be read: there is no such file",
      exitCode: 2,
    });
  });

  test('in two scenarios is told in one go', async () => {
    const scenario = { ...SERVICE_ONLY, Priority: 'high', Steps: [] };
    const { stderr } = await runPlanHere(['@x'], { files: { x: berlin(scenario) } });
    assert.match(stderr, /Priority is "high".*; .*Steps: it has 0 elements/);
  });
});

/** Each list has the one before ten times: a thousand million texts. */
function laughs(): string {
  const lists = Array.from({ length: 9 }, (_, index) => {
    const inner = index === 0 ? 'lol' : `*a${index - 1}`;
    return `a${index}: &a${index} [${Array(10).fill(inner).join(', ')}]`;
  });
  return lists.join('\n');
}
