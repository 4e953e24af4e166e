import type { Change } from '../decision/change.ts';
import type { Observation } from '../decision/scaling-target.ts';
import { HOUR_MS, MINUTE_MS } from '../time/local-time.ts';

const SECOND_MS = MINUTE_MS / 60;

/** From the least to the most that is to be expected, in milliseconds. */
export interface DurationRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What a change keeps clients from, and how long. */
export interface Outage extends DurationRange {
  /** `writes`: there is no writer for a moment. `everything`: there is no instance that answers. */
  readonly affects: 'writes' | 'everything';
  /** It lasts until the cluster is started again; the range says nothing then. */
  readonly isUntilStart?: true;
}

export interface Expectation {
  readonly duration: DurationRange;
  readonly outage?: Outage;
}

/**
 * How long things take. AWS promises none of them; where it says nothing either, they are what people report.
 * They don't depend on how much data there is: the instances of a cluster share one volume.
 */
export const EXPECTED_DURATIONS = {
  /** An instance is made, or gets another class. Reported. */
  instance: range(6 * MINUTE_MS, 10 * MINUTE_MS),
  /**
   * Typically less than 30 s, service often back in less than 60 s.
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-fault-tolerance.html
   */
  failOver: range(15 * SECOND_MS, MINUTE_MS),
  /** Reported. */
  deletion: range(3 * MINUTE_MS, 8 * MINUTE_MS),
  /** A cluster with its instances. Reported. */
  start: range(4 * MINUTE_MS, 14 * MINUTE_MS),
  stop: range(3 * MINUTE_MS, 9 * MINUTE_MS),
  /** The minimum of a serverless cluster. Reported. */
  clusterSetting: range(10 * SECOND_MS, MINUTE_MS),
  /** Of an instance, where a serverless minimum crosses 1 DCU. Reported. */
  restart: range(20 * SECOND_MS, 90 * SECOND_MS),
  /** Tasks are placed, pull their image and pass their health checks, or drain. Theirs, more than ECS's. */
  tasks: range(30 * SECOND_MS, 5 * MINUTE_MS),
} as const;

/** A minimum of a serverless cluster that moves across it restarts the instances. */
const RESTART_THRESHOLD_DCU = 1;

/** @param observed The target before the change. */
export function expectationOf(change: Change, observed: Observation): Expectation {
  const { instance, failOver, deletion, start, stop, clusterSetting, restart, tasks } = EXPECTED_DURATIONS;
  switch (change.kind) {
    case 'start-cluster':
      return { duration: start };
    case 'stop-cluster':
      return {
        duration: stop,
        outage: { affects: 'everything', minMs: 0, maxMs: 0, isUntilStart: true },
      };
    case 'change-class':
      return isOnlyInstance(change.instance, observed)
        ? { duration: instance, outage: { affects: 'everything', ...instance } }
        : { duration: instance };
    case 'create-replica':
      return { duration: instance };
    case 'delete-replica':
      return { duration: deletion };
    case 'fail-over':
      return { duration: failOver, outage: { affects: 'writes', ...failOver } };
    case 'set-min-capacity':
      return crossesRestart(change.minCapacity, observed)
        ? { duration: sumOf([clusterSetting, restart]), outage: { affects: 'everything', ...restart } }
        : { duration: clusterSetting };
    case 'set-desired-count':
    case 'set-bounds':
      return { duration: tasks };
  }
}

export function sumOf(ranges: readonly DurationRange[]): DurationRange {
  return ranges.reduce((sum, { minMs, maxMs }) => range(sum.minMs + minMs, sum.maxMs + maxMs), range(0, 0));
}

/** Of outages one after the other; undefined where there is none. */
export function sumOfOutages(outages: readonly Outage[]): Outage | undefined {
  if (outages.length === 0) return undefined;
  return {
    ...sumOf(outages),
    affects: outages.some(({ affects }) => affects === 'everything') ? 'everything' : 'writes',
    ...(outages.some(({ isUntilStart }) => isUntilStart) && { isUntilStart: true }),
  };
}

/** `24 to 41 min`, `1 min`, `15 to 60 s`, `2 h 5 min to 3 h`; minutes are rounded up. */
export function formatRange({ minMs, maxMs }: DurationRange): string {
  if (maxMs === 0) return '0';
  if (maxMs < 2 * MINUTE_MS) return spread(Math.ceil(minMs / SECOND_MS), Math.ceil(maxMs / SECOND_MS), 's');
  if (maxMs < 2 * HOUR_MS) {
    return spread(Math.max(1, Math.round(minMs / MINUTE_MS)), Math.ceil(maxMs / MINUTE_MS), 'min');
  }
  return `${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
}

/** `4 h 30 min`, `45 min`, `2 d 1 h`; in whole minutes. */
export function formatDuration(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? '0 min' : shown.join(' ');
}

function spread(least: number, most: number, unit: string): string {
  return least === most ? `${most} ${unit}` : `${least} to ${most} ${unit}`;
}

function range(minMs: number, maxMs: number): DurationRange {
  return { minMs, maxMs };
}

function isOnlyInstance(id: string, observed: Observation): boolean {
  return 'instances' in observed && observed.instances.every((each) => each.id === id);
}

function crossesRestart(minCapacity: number, observed: Observation): boolean {
  const present = 'instances' in observed ? observed.serverless?.minCapacity : undefined;
  return present !== undefined && present <= RESTART_THRESHOLD_DCU !== minCapacity <= RESTART_THRESHOLD_DCU;
}
