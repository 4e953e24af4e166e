import { plannedForecast } from '../../cli/plan/planned-forecast.ts';
import { timelineSvg } from '../../cli/plan/timeline/timeline-svg.ts';
import type { Observation } from '../../handlers/scaling/decision/scaling-target.ts';
import { readPlan } from '../../handlers/scaling/plan/plan-reader.ts';

export interface PictureGiven {
  readonly name?: string;
  readonly properties: object;
  readonly from: string;
  readonly to: string;
  readonly present?: ReadonlyMap<string, Observation>;
}

/** The timeline of a plan, drawn. */
export function pictureOf({
  name = 'Nightly',
  properties,
  from,
  to,
  present = new Map(),
}: PictureGiven): string {
  const span = { from: Date.parse(from), to: Date.parse(to) };
  const plan = readPlan({ id: name, properties, now: span.from });
  const source = {
    label: name,
    name,
    stored: { plan, status: 'active', overrides: [] },
    isDeployed: false,
    states: new Map(),
    assumed: [],
    present: new Map(),
  } as const;
  return timelineSvg(plannedForecast({ source, span, now: span.from, told: present }));
}

const NIGHTLY = {
  Name: 'nightly',
  Start: 'cron(30 0 * * ? *)',
  End: 'cron(0 5 * * ? *)',
  Steps: [{ Target: 'docdb/orders', InstanceClass: 'db.r6g.2xlarge' }],
};

/** Ten scenarios that are open over each other, with the longest names that there can be. */
const CROWD = Array.from({ length: 10 }, (_, index) => ({
  Name: index % 2 === 0 ? `s${index}` : `${'m'.repeat(39)}${index}`,
  Start: `cron(${index * 5} ${index} * * ? *)`,
  End: `cron(${index * 5} ${index + 6} * * ? *)`,
  Priority: index,
  Steps: [
    {
      Target: `docdb/${'a-'.repeat(31)}b`,
      InstanceClass: `db.r6g.${2 + 2 * (index % 4)}xlarge`,
      InstanceCount: 3 + (index % 3),
    },
    { Target: `ecs/${'W'.repeat(200)}/${'x'.repeat(200)}`, DesiredCount: 10 + index },
  ],
}));

/** Plans that are hard to draw. */
export const PICTURES: Readonly<Record<string, PictureGiven>> = {
  'a night in which the clocks go forward, and a start is left out': {
    properties: {
      Timezone: 'America/New_York',
      Scenarios: [{ ...NIGHTLY, Start: 'cron(30 2 * * ? *)' }],
    },
    from: '2026-03-07T05:00:00Z',
    to: '2026-03-10T04:00:00Z',
  },
  'many scenarios with long names, a long zone and many levels': {
    properties: { Timezone: 'America/Argentina/ComodRivadavia', Scenarios: CROWD },
    from: '2026-10-24T03:00:00Z',
    to: '2026-10-27T03:00:00Z',
  },
  'a year, with changes of the clocks that are weeks apart': {
    properties: { Timezone: 'Africa/Casablanca', Scenarios: [NIGHTLY] },
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
  },
  'two hours': {
    properties: { Timezone: 'Asia/Kolkata', Scenarios: [NIGHTLY] },
    from: '2026-10-24T18:17:00Z',
    to: '2026-10-24T20:17:00Z',
  },
  'a day that was left out, where the zone moved over the date line': {
    properties: { Timezone: 'Pacific/Apia', Scenarios: [NIGHTLY] },
    from: '2011-12-28T10:00:00Z',
    to: '2012-01-02T10:00:00Z',
  },
  'a run that fails, and a cluster that is stopped': {
    properties: {
      Scenarios: [
        { ...NIGHTLY, Name: 'off', Steps: [{ Target: 'docdb/orders', State: 'stopped' }] },
        {
          ...NIGHTLY,
          Name: 'fails',
          Steps: [
            { Target: 'docdb/ledger', InstanceCount: 2 },
            { Target: 'ecs/prod/batch', DesiredCount: 3 },
          ],
        },
      ],
    },
    from: '2026-10-24T00:00:00Z',
    to: '2026-10-26T00:00:00Z',
    present: new Map([
      [
        'docdb/ledger',
        {
          target: { kind: 'docdb', clusterId: 'ledger' },
          arn: '',
          status: 'available',
          instances: ['a', 'b', 'c'].map((id) => ({
            id,
            instanceClass: 'db.r6g.large',
            status: 'available',
            isWriter: id === 'a',
            promotionTier: 1,
          })),
        },
      ],
    ]),
  },
  'nothing at all': {
    name: `</title><script>alert("&")</script> \u{0} \u{D800} 夜間バッチ`,
    properties: {
      Scenarios: [{ ...NIGHTLY, Start: 'at(2026-11-24T00:00:00)', End: 'at(2026-11-24T01:00:00)' }],
    },
    from: '2026-10-24T00:00:00Z',
    to: '2026-10-25T00:00:00Z',
  },
};
