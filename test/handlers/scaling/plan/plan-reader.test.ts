import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ProviderError } from '../../../../handlers/errors.ts';
import { type Plan, type Target, targetName } from '../../../../handlers/scaling/plan/plan.ts';
import { readPlan } from '../../../../handlers/scaling/plan/plan-reader.ts';
import { arbitraryPlan } from '../../../support/scaling/arbitrary-plan.ts';
import { asCloudFormationSends, propertiesOf } from '../../../support/scaling/plan-properties.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const place = { partition: 'aws', region: 'ap-northeast-1', accountId: '111122223333' };

/** The example of the type's documentation. */
const DOCUMENTED = {
  ServiceToken: 'arn:aws:lambda:ap-northeast-1:111122223333:function:deploytime-scheduled-scaling',
  ServiceTimeout: '300',
  DeploymentId: '42',
  Timezone: 'Asia/Tokyo',
  Enforce: 'true',
  OnDelete: 'restore',
  Bounds: { InstanceCount: '4', DesiredCount: '40' },
  Scenarios: [
    {
      Name: 'nightly-batch',
      Start: 'cron(30 0 * * ? *)',
      End: 'cron(0 5 * * ? *)',
      Priority: '0',
      Except: ['2026-12-31', '2027-01-01'],
      Steps: [
        {
          Target: 'docdb/orders',
          InstanceClass: 'db.r6g.2xlarge',
          FallbackClasses: ['db.r5.2xlarge'],
          InstanceCount: '3',
          AllowOutage: 'false',
        },
        { Target: 'ecs/prod/batch', DesiredCount: '12', After: { DesiredCount: '2' } },
      ],
    },
  ],
};

const READ: Plan = {
  id: 'shop-scaling-1a2b',
  timezone: 'Asia/Tokyo',
  enforce: true,
  onDelete: 'restore',
  bounds: { instanceCount: 4, desiredCount: 40 },
  scenarios: [
    {
      name: 'nightly-batch',
      start: { kind: 'cron', text: 'cron(30 0 * * ? *)' },
      end: { kind: 'expression', expression: { kind: 'cron', text: 'cron(0 5 * * ? *)' } },
      priority: 0,
      except: ['2026-12-31', '2027-01-01'],
      steps: [
        {
          target: { kind: 'docdb', clusterId: 'orders' },
          capacity: {
            instanceClass: 'db.r6g.2xlarge',
            fallbackClasses: ['db.r5.2xlarge'],
            instanceCount: 3,
            allowOutage: false,
          },
        },
        {
          target: { kind: 'ecs', cluster: 'prod', service: 'batch' },
          capacity: { desiredCount: 12 },
          after: { desiredCount: 2 },
        },
      ],
    },
  ],
};

describe('A plan', () => {
  test('is read from what CloudFormation sends', () => {
    assert.deepEqual(read(DOCUMENTED), READ);
  });

  test('is read from numbers and booleans, as a file has them', () => {
    const [scenario] = DOCUMENTED.Scenarios;
    const [cluster, service] = scenario?.Steps ?? [];
    const typed = {
      ...DOCUMENTED,
      Enforce: true,
      Bounds: { InstanceCount: 4, DesiredCount: 40 },
      Scenarios: [
        {
          ...scenario,
          Priority: 0,
          Steps: [
            { ...cluster, InstanceCount: 3, AllowOutage: false },
            { ...service, DesiredCount: 12, After: { DesiredCount: 2 } },
          ],
        },
      ],
    };
    assert.deepEqual(read(typed), READ);
  });

  test('needs no more than scenarios', () => {
    assert.deepEqual(
      read({
        Scenarios: [
          {
            Name: 2026,
            Start: 'at(2026-12-24T18:00:00)',
            Duration: 'PT4H30M',
            Steps: [{ Target: 'docdb/orders', State: 'stopped' }],
          },
        ],
      }),
      {
        id: 'shop-scaling-1a2b',
        timezone: 'UTC',
        enforce: true,
        onDelete: 'restore',
        bounds: {},
        scenarios: [
          {
            name: '2026',
            start: { kind: 'at', text: 'at(2026-12-24T18:00:00)' },
            end: { kind: 'duration', durationMs: 4.5 * 3_600_000 },
            priority: 0,
            except: [],
            steps: [
              {
                target: { kind: 'docdb', clusterId: 'orders' },
                capacity: { state: 'stopped', allowOutage: false },
              },
            ],
          },
        ],
      },
    );
  });

  test('has no -0, and nothing undefined: it is the same after it was stored', () => {
    const plan = read({
      ...DOCUMENTED,
      Scenarios: [{ ...DOCUMENTED.Scenarios[0], Priority: '-0' }],
    });
    assert.deepStrictEqual(JSON.parse(JSON.stringify(plan)), plan);
  });

  const TARGETS: readonly Target[] = [
    { kind: 'docdb', clusterId: 'orders' },
    { kind: 'docdb', clusterId: 'stock' },
    { kind: 'ecs', cluster: 'prod', service: 'batch' },
    { kind: 'ecs', cluster: 'prod', service: 'web' },
  ];
  const PLANS = 60;

  test(`is read as it was written, and the same after it was stored (${PLANS} plans)`, () => {
    const plans = arbitraryPlan({ targets: TARGETS, now: NOW, scalable: ['ecs/prod/web'] });
    let overlapping = 0;
    fc.assert(
      fc.property(plans, (plan) => {
        const properties = propertiesOf(plan);
        assert.deepStrictEqual(readPlan({ id: plan.id, properties, now: NOW }), plan);
        const sent = asCloudFormationSends(properties);
        assert.deepStrictEqual(readPlan({ id: plan.id, properties: sent, place, now: NOW }), plan);
        assert.deepStrictEqual(JSON.parse(JSON.stringify(plan)), plan);
        if (sharesTargets(plan)) overlapping += 1;
      }),
      { numRuns: PLANS },
    );
    assert.ok(overlapping > PLANS / 4, `only ${overlapping} have a target in two scenarios`);
  });

  test('can be deployed again when its one-time scenarios are past', () => {
    const years = { ...DOCUMENTED, Scenarios: [] as unknown[] };
    for (const [Name, Start] of [
      ['once', 'at(2026-11-01T00:00:00)'],
      ['long-ago', 'at(2019-05-01T00:00:00)'],
      ['last-year', 'cron(0 0 * * ? 2025)'],
    ]) {
      years.Scenarios.push({
        Name,
        Start,
        Duration: 'PT1H',
        Steps: [{ Target: 'docdb/orders', InstanceCount: '2' }],
      });
    }
    assert.equal(read(years).scenarios.length, 3);
  });

  test('that was accepted before its one-time scenarios began is accepted while they are open', () => {
    const properties = {
      Scenarios: ['at(2026-12-01T00:00:00)', 'at(2026-12-01T06:00:00)'].map((Start, index) => ({
        Name: `part-${index}`,
        Start,
        Duration: 'PT6H',
        Steps: [{ Target: 'docdb/orders', InstanceCount: 2 }],
      })),
    };
    for (const now of [
      '2026-11-30T00:00:00Z',
      '2026-12-01T03:00:00Z',
      '2026-12-01T06:00:00Z',
      '2027-01-01T00:00:00Z',
    ]) {
      assert.equal(readPlan({ id: 'plan', properties, now: Date.parse(now) }).scenarios.length, 2, now);
    }
  });
});

/** Whatever a property may be replaced by. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '__proto__',
    'rate(1 day)',
    'cron(* * * * ? *)',
    '-1',
    '1e9',
    '漢'.repeat(9_000),
  ),
  fc.array(fc.constantFrom('docdb/a', 'db.r6g.large', '2026-02-30', null), { maxLength: 30 }),
);

describe('Whatever is given as a plan', () => {
  const RUNS = 300;

  test(`is read or refused as InvalidRequest in a bounded message (${RUNS} values of JSON)`, () => {
    fc.assert(
      fc.property(anything, (properties) => {
        assertReadOrRefused(properties);
      }),
      { numRuns: RUNS },
    );
  });

  test(`is read or refused, where it is a plan with something replaced (${RUNS} plans)`, () => {
    const counts = { read: 0, refused: 0 };
    const paths = [...pathsIn(DOCUMENTED)];
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.constantFrom('replace', 'add', 'delete'),
        anything,
        (path, how, value) => {
          const properties = structuredClone(DOCUMENTED);
          alter(properties, path, how, value);
          counts[assertReadOrRefused(properties)] += 1;
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(counts.read > RUNS / 50, `${counts.read} were read: the plans are too wild`);
    assert.ok(counts.refused > RUNS / 10, `${counts.refused} were refused: the plans are too mild`);
  });

  test('is refused where it is no JSON', () => {
    const cycle: Record<string, unknown> = {};
    cycle.Scenarios = [cycle];
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const failing = {
      toJSON: () => {
        throw new TypeError('no');
      },
    };
    for (const value of [
      undefined,
      null,
      'plan',
      7,
      [],
      10n,
      () => 1,
      Symbol('a'),
      cycle,
      { a: 10n },
      failing,
      { Scenarios: deep },
    ]) {
      assert.equal(assertReadOrRefused(value), 'refused');
    }
  });
});

function read(properties: unknown): Plan {
  return readPlan({ id: 'shop-scaling-1a2b', properties, place, now: NOW });
}

/** An answer to CloudFormation holds 4096 bytes of JSON, with its ids and a pointer to the log. */
const MOST_JSON_BYTES = 3_000;

function assertReadOrRefused(properties: unknown): 'read' | 'refused' {
  try {
    read(properties);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
    assert.equal(error.code, 'InvalidRequest');
    assert.match(error.message, /^Custom::ScheduledScaling can't be read: \S/);
    const bytes = Buffer.byteLength(JSON.stringify(error.message));
    assert.ok(bytes <= MOST_JSON_BYTES, `${bytes} bytes`);
    return 'refused';
  }
}

function sharesTargets({ scenarios }: Plan): boolean {
  const names = scenarios.flatMap(({ steps }) => steps.map(({ target }) => targetName(target)));
  return new Set(names).size < names.length;
}

type Path = readonly (string | number)[];

/** Every place in a value, the value itself left out. */
function* pathsIn(value: unknown): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    yield [step];
    for (const path of pathsIn(inner)) yield [step, ...path];
  }
}

function alter(root: unknown, path: Path, how: 'replace' | 'add' | 'delete', value: unknown): void {
  const parent = path.slice(0, -1).reduce((inner, step) => Reflect.get(Object(inner), step), root);
  const last = path.at(-1) ?? '';
  if (how === 'replace') Reflect.set(Object(parent), last, value);
  else if (how === 'delete') Reflect.deleteProperty(Object(parent), last);
  else Reflect.set(Object(parent), 'Added', value);
}
