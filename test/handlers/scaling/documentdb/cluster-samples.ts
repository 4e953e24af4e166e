import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentDbGoal } from '../../../../handlers/scaling/documentdb/goal.ts';
import { nextDocumentDbChange } from '../../../../handlers/scaling/documentdb/next-documentdb-change.ts';
import type {
  DocumentDbObservation,
  InstanceObservation,
} from '../../../../handlers/scaling/documentdb/observation.ts';
import { replicaName } from '../../../../handlers/scaling/documentdb/replica-name.ts';

export const PLAN = 'shop-Nightly-1A2B3C4D';
export const CLUSTER = 'orders';

export const CLASSES = { L: 'db.r6g.large', X: 'db.r6g.xlarge', B: 'db.r6g.2xlarge' } as const;
export type ClassLetter = keyof typeof CLASSES;

/** `f1`: orders-1, not ours; `o1`: our first replica; `x1`: another plan's. */
export function idOf(short: string): string {
  const index = Number(short.slice(1));
  switch (short[0]) {
    case 'f':
      return `${CLUSTER}-${index}`;
    case 'o':
      return replicaName(PLAN, CLUSTER, index);
    case 'x':
      return replicaName('another-plan', CLUSTER, index);
    default:
      throw new TypeError(`No instance is called ${short}`);
  }
}

/** Sentences with the short names instead of ours. */
export function short(text: string): string {
  return text
    .replace(
      /orders-deploytime-[0-9a-f]{12}-(\d+)/g,
      (id, index) => (id === idOf(`o${index}`) ? 'o' : 'x') + index,
    )
    .replace(/orders-(\d+)/g, 'f$1');
}

const SPEC =
  /^(?<name>[fox]\d+):(?<class>[LXB])(?:>(?<pending>[LXB]))?(?<writer>\*)?(?:@(?<tier>\d+))?(?: (?<status>.+))?$/;

/** `f1:L*`: orders-1 of the class L is the writer; `f2:L>B` has B pending; `o1:B@0 creating`: tier 0, a status. */
export function instance(spec: string): InstanceObservation {
  const found = SPEC.exec(spec)?.groups;
  assert.ok(found?.name && found.class, `Not an instance: ${spec}`);
  const { name, status = 'available', tier } = found;
  const owner = { f: undefined, o: PLAN, x: 'another-plan' }[name[0] ?? ''];
  return {
    id: idOf(name),
    instanceClass: CLASSES[found.class as ClassLetter],
    ...(found.pending && { pendingClass: CLASSES[found.pending as ClassLetter] }),
    status,
    isWriter: found.writer !== undefined,
    promotionTier: tier === undefined ? (name[0] === 'o' ? 15 : 1) : Number(tier),
    ...(owner && { owner }),
  };
}

/** A cluster of these instances. The first word may be its status: `stopped | f1:L*, f2:L`. */
export function cluster(
  spec: string,
  serverless?: { minCapacity: number; maxCapacity: number },
): DocumentDbObservation {
  const [members = '', status = 'available'] = spec
    .split('|')
    .map((part) => part.trim())
    .reverse();
  const instances = members === '' ? [] : members.split(/,\s*/).map(instance);
  return {
    target: { kind: 'docdb', clusterId: CLUSTER },
    arn: `arn:aws:rds:us-east-1:111122223333:cluster:${CLUSTER}`,
    status,
    instances: instances.sort((a, b) => (a.id < b.id ? -1 : 1)),
    ...(serverless && { serverless }),
  };
}

export function goal(parts: Partial<DocumentDbGoal> = {}): DocumentDbGoal {
  return { plan: PLAN, because: 'scenario nightly-batch', allowOutage: false, ...parts };
}

export function uniform(letter: ClassLetter): NonNullable<DocumentDbGoal['classes']> {
  return { kind: 'uniform', instanceClass: CLASSES[letter] };
}

/** `f1:L f2:B` */
export function recorded(spec: string): NonNullable<DocumentDbGoal['classes']> {
  const entries = spec.split(' ').map((part): [string, string] => {
    const [name = '', letter] = part.split(':');
    return [idOf(name), CLASSES[letter as ClassLetter]];
  });
  return { kind: 'recorded', classes: Object.fromEntries(entries) };
}

/** The goal after a window: what was recorded, with orders-1 as the writer. */
export function back(classes: string, ...ownReplicas: string[]): Partial<DocumentDbGoal> {
  return {
    because: 'what was recorded before nightly-batch',
    classes: recorded(classes),
    count: own(...ownReplicas),
    preferredWriter: idOf('f1'),
  };
}

export function total(instanceCount: number): NonNullable<DocumentDbGoal['count']> {
  return { kind: 'total', instanceCount };
}

export function own(...names: string[]): NonNullable<DocumentDbGoal['count']> {
  return { kind: 'own', replicas: names.map(idOf) };
}

/** The answer in a line: `change-class f2 B`, `wait 30`, `settled`, `impossible`; and its reason with short names. */
export function answer(
  wanted: DocumentDbGoal,
  observed: DocumentDbObservation,
): { readonly next: string; readonly reason: string } {
  const next = nextDocumentDbChange({ goal: wanted, observed });
  const reason = short(next.reason);
  switch (next.kind) {
    case 'wait':
      return { next: `wait ${next.seconds}`, reason };
    case 'settled':
    case 'impossible':
      return { next: next.kind, reason };
    case 'change': {
      const { kind, ...details } = next.change;
      const letters = Object.entries(CLASSES).map(([letter, name]): [string, string] => [name, letter]);
      const words = Object.entries(details)
        .filter(([key]) => key !== 'owner')
        .map(([, value]) => new Map(letters).get(String(value)) ?? short(String(value)));
      return { next: [kind, ...words].join(' '), reason };
    }
  }
}

/** What is wanted of which cluster, and the answer with its reason. */
export type Row = readonly [
  name: string,
  wanted: Partial<DocumentDbGoal>,
  observed: string | DocumentDbObservation,
  next: string,
  reason: string,
];

/** A test a row. */
export function table(rows: readonly Row[]): void {
  for (const [name, wanted, observed, next, reason] of rows) {
    test(name, () => {
      const seen = typeof observed === 'string' ? cluster(observed) : observed;
      assert.deepEqual(answer(goal(wanted), seen), { next, reason });
    });
  }
}
