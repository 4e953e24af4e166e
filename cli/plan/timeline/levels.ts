import { type Capacity, formatCapacity } from '../../../handlers/scaling/forecast/capacity.ts';

/** A capacity that a target has at some time, and its place among the others: 0 is the least. */
export interface Level {
  readonly text: string;
  readonly rank: number;
}

/** The capacities that there are, each once, from the largest to the least. */
export function levelsOf(capacities: readonly Capacity[]): readonly Level[] {
  const distinct = new Map(capacities.map((capacity) => [formatCapacity(capacity), sizeOf(capacity)]));
  const sorted = [...distinct].sort(([a, one], [b, other]) => one - other || (a < b ? -1 : 1));
  return sorted.map(([text], rank) => ({ text, rank })).reverse();
}

/** Nobody has told how large a class of such a name is; it is taken for a small one. */
const UNKNOWN_CLASS_SIZE = 0.5;

/** To compare capacities of one target: about the number of vCPUs, halved. */
function sizeOf(capacity: Capacity): number {
  if (capacity.kind === 'ecs') {
    const { bounds, desiredCount } = capacity;
    return bounds === undefined ? desiredCount : bounds.maxCapacity + bounds.minCapacity / 10_000;
  }
  const { state, instances, minCapacity = 0 } = capacity;
  if (state === 'stopped') return -1;
  const sizes = instances.map(({ instanceClass, count }) => count * classSize(instanceClass));
  return sizes.reduce((sum, size) => sum + size, 0) + minCapacity / 1000;
}

function classSize(instanceClass: string): number {
  if (instanceClass.endsWith('.large') || instanceClass === 'db.serverless') return 1;
  const [, times] = /\.(\d*)xlarge$/.exec(instanceClass) ?? [];
  return times === undefined ? UNKNOWN_CLASS_SIZE : 2 * Number(times || 1);
}
