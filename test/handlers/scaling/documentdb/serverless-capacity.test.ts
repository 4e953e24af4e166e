import { back, cluster, type Row, table, uniform } from './cluster-samples.ts';

const from = (minCapacity: number, spec = 'f1:L*') => cluster(spec, { minCapacity, maxCapacity: 16 });
const crossing = (to: number, present: number): string =>
  `MinCapacity of orders can't be ${to}: from ${present} it crosses 1, which restarts the instances, and that takes AllowOutage: true`;

table([
  [
    'the minimum is changed, and the maximum is not',
    { minCapacity: 4 },
    from(2),
    'set-min-capacity 4 16',
    'MinCapacity of orders is changed from 2 to 4; the maximum stays 16',
  ],
  [
    'the minimum that is there is left alone',
    { minCapacity: 4 },
    from(4),
    'settled',
    'orders is available and has what it should (scenario nightly-batch): 1 × db.r6g.large, f1 is the writer',
  ],
  [
    'up to the maximum',
    { minCapacity: 16 },
    from(2),
    'set-min-capacity 16 16',
    'MinCapacity of orders is changed from 2 to 16; the maximum stays 16',
  ],
  [
    'and not over it',
    { minCapacity: 16.5 },
    from(2),
    'impossible',
    "MinCapacity of orders can't be 16.5: the cluster's maximum is 16",
  ],
  ['upwards across 1 the instances restart', { minCapacity: 4 }, from(0.5), 'impossible', crossing(4, 0.5)],
  ['from 1 as well', { minCapacity: 1.5 }, from(1), 'impossible', crossing(1.5, 1)],
  ['and down to 1', { minCapacity: 1 }, from(1.5), 'impossible', crossing(1, 1.5)],
  [
    'below 1 they do not',
    { minCapacity: 0.5 },
    from(1),
    'set-min-capacity 0.5 16',
    'MinCapacity of orders is changed from 1 to 0.5; the maximum stays 16',
  ],
  [
    'an outage may be allowed',
    { minCapacity: 4, allowOutage: true },
    from(0.5),
    'set-min-capacity 4 16',
    'MinCapacity of orders is changed from 0.5 to 4; the maximum stays 16',
  ],
  [
    'a cluster may not be serverless',
    { minCapacity: 4 },
    cluster('f1:L*'),
    'impossible',
    'MinCapacity is for serverless clusters, and orders has no serverless capacity',
  ],
  [
    'what a scenario asks for is not begun where its minimum is impossible',
    { minCapacity: 32, classes: uniform('B') },
    from(2, 'f1:L*, f2:L'),
    'impossible',
    "MinCapacity of orders can't be 32: the cluster's maximum is 16",
  ],
  [
    'what was recorded is brought back as far as it can be',
    { minCapacity: 32, ...back('f1:L f2:L') },
    from(2, 'f1:L*, f2:B'),
    'change-class f2 L',
    'Instance f2 is changed from db.r6g.2xlarge to db.r6g.large: replicas go first, one at a time (1 of 1)',
  ],
  [
    'and the rest is told of',
    { minCapacity: 32, ...back('f1:L f2:L') },
    from(2, 'f1:L*, f2:L'),
    'impossible',
    "MinCapacity of orders can't be 32: the cluster's maximum is 16",
  ],
] satisfies readonly Row[]);
