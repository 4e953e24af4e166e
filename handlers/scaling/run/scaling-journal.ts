import { describeRun } from './run.ts';
import type { ScalingEvent } from './scaling-event.ts';
import type { RunJournal } from './scaling-task.ts';

/** What the journal needs of a logger. */
export interface JournalLog {
  info(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

export interface ScalingJournalOptions {
  readonly history: { appendHistory(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void> };
  readonly bus: { publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void> };
  readonly log: JournalLog;
  /** For the metrics. */
  readonly count: (event: ScalingEvent) => void;
  /** Something could not be told. */
  readonly countUntold: () => void;
}

/**
 * Tells what happened: the log, the metrics, the history and the event bus. A run is not stopped because one of them
 * can't be told: it is in the log, with everything that should have been told.
 */
export class ScalingJournal implements RunJournal {
  readonly #options: ScalingJournalOptions;

  constructor(options: ScalingJournalOptions) {
    this.#options = options;
  }

  async publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void> {
    if (events.length === 0) return;
    const { history, bus, log, count } = this.#options;
    for (const event of events) {
      count(event);
      log.info(`${event.outcome}: ${event.reason}`, { scaling: event, of: describeRun(event.run) });
    }
    await Promise.all([
      this.#tell('history', events, () => history.appendHistory(events, signal)),
      this.#tell('event bus', events, () => bus.publish(events, signal)),
    ]);
  }

  async #tell(whom: string, events: readonly ScalingEvent[], tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      this.#options.countUntold();
      this.#options.log.error(`The ${whom} could not be told`, { error, events });
    }
  }
}
