import { createHash } from 'node:crypto';
import { type ScalingEvent, shortened } from '../run/scaling-event.ts';
import type { Instant } from '../time/instant.ts';
import { eventIn, expiryOf, historyPartition, historyTime, type ItemKey, itemOf } from './table-item.ts';
import type { TableStore } from './table-store.ts';

/** What happened in the last 90 days. */
export interface HistoryStore {
  /** Appended twice, an event stands once. */
  appendHistory(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void>;
  /** The newest first. */
  listHistory(plan: string, span: HistorySpan, signal: AbortSignal): Promise<readonly ScalingEvent[]>;
}

export interface HistorySpan {
  /** Included. */
  readonly since: Instant;
  /** So many at most. Default: 1,000. */
  readonly limit?: number;
}

const MAX_LISTED_EVENTS = 1_000;

export class DynamoDbHistoryStore implements HistoryStore {
  readonly #table: TableStore;

  constructor(table: TableStore) {
    this.#table = table;
  }

  async appendHistory(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void> {
    for (const [index, event] of events.entries()) {
      const content = { ...event, reason: shortened(event.reason) };
      const item = itemOf(historyKey(event, index), content, { expiresAt: expiryOf(event.at) });
      await this.#table.put(item, undefined, signal);
    }
  }

  async listHistory(
    plan: string,
    { since, limit = MAX_LISTED_EVENTS }: HistorySpan,
    signal: AbortSignal,
  ): Promise<readonly ScalingEvent[]> {
    const options = { from: historyTime(since), order: 'descending', limit } as const;
    const items = await this.#table.list(historyPartition(plan), options, signal);
    return items.map(eventIn);
  }
}

const HASH_DIGITS = 8;

/** Two executions can tell something of one target in the same millisecond. */
function historyKey({ run, at, target = 'run', execution }: ScalingEvent, index: number): ItemKey {
  const hash = createHash('sha256').update(execution).digest('hex').slice(0, HASH_DIGITS);
  return { pk: historyPartition(run.plan), sk: `${historyTime(at)}#${target}#${hash}-${index}` };
}
