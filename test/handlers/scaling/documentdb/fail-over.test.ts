import { own, type Row, table, uniform } from './cluster-samples.ts';

const toB = { classes: uniform('B') };

/** Who takes over from orders-1. */
const row = (name: string, observed: string, to: string, preferredWriter?: string): Row => [
  name,
  { ...toB, ...(preferredWriter && { preferredWriter }) },
  observed,
  `fail-over ${to}`,
  `orders fails over from f1 to ${to} (db.r6g.2xlarge): f1 is changed as a replica afterwards`,
];

table([
  row('the recorded writer is preferred', 'f1:L*, f2:B@0, f3:B@9', 'f3', 'orders-3'),
  row('if it is there', 'f1:L*, f2:B@0, f3:B@9', 'f2', 'orders-4'),
  row('and available', 'f1:L*, f2:B@5, f3:L@0 failed', 'f2', 'orders-3'),
  row('then one that is not ours, whatever its tier', 'f1:L*, f2:B@9, o1:B@0', 'f2'),
  row('of those the lowest tier', 'f1:L*, f2:B@5, f3:B@2, f4:B@3', 'f3'),
  row('then the first by name', 'f1:L*, f4:B, f3:B, f2:B', 'f2'),
  row('one of ours is better than none', 'f1:L*, o1:B, o2:B', 'o1'),
  [
    'one that stays before one that goes',
    { ...toB, count: own('o2') },
    'f1:L*, o1:B@0, o2:B@9',
    'fail-over o2',
    'orders fails over from f1 to o2 (db.r6g.2xlarge): f1 is changed as a replica afterwards',
  ],
  [
    'one that goes is not preferred, even if it was the writer',
    { ...toB, count: own('o2'), preferredWriter: 'orders-deploytime-040ff9e036ba-1' },
    'f1:L*, o1:B@0, o2:B@9',
    'fail-over o2',
    'orders fails over from f1 to o2 (db.r6g.2xlarge): f1 is changed as a replica afterwards',
  ],
]);
