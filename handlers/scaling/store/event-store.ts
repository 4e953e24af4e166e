import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { ProviderError } from '../../errors.ts';
import { BreakRetries } from '../../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../../network/aws-timeouts.ts';
import { errorOfAws } from '../../registry/aws-error.ts';
import { printable } from '../../registry/foreign-text.ts';
import { SYSTEM_TIMING } from '../../registry/retry-policy.ts';
import { outlastThrottling, type Patience } from '../../registry/throttling.ts';
import { eventOf, type ScalingEvent } from '../run/scaling-event.ts';

/** The account's default event bus. */
export interface EventStore {
  /**
   * Publishes events; where an answer is lost, one may come twice.
   * @throws ProviderError where some could not be published after several tries; the others were.
   */
  publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void>;
}

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;
/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const EVENTS_PER_CALL = 10;
/** Tries of the events that were refused while others were taken. */
const PARTIAL_ATTEMPTS = 5;
/** Upper bound of the first wait; it doubles with each further one. */
const FIRST_DELAY_MS = 200;

/** A client of EventBridge's API, with a time limit for each attempt. */
export function createEventBridgeClient(
  configuration: EventBridgeClientConfig & { readonly maxAttempts?: number } = {},
): EventBridgeClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new EventBridgeClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

export class EventBridgeEventStore implements EventStore {
  readonly #client: EventBridgeClient;
  readonly #patience: Patience;

  constructor(client: EventBridgeClient, patience: Patience = {}) {
    this.#client = client;
    this.#patience = patience;
  }

  async publish(events: readonly ScalingEvent[], signal: AbortSignal): Promise<void> {
    const entries = events.map(entryOf);
    for (let first = 0; first < entries.length; first += EVENTS_PER_CALL) {
      await this.#publishSome(entries.slice(first, first + EVENTS_PER_CALL), signal);
    }
  }

  async #publishSome(entries: readonly PutEventsRequestEntry[], signal: AbortSignal): Promise<void> {
    const { timing = SYSTEM_TIMING } = this.#patience;
    let left = entries;
    let why = '';
    for (let attempt = 1; attempt <= PARTIAL_ATTEMPTS; attempt += 1) {
      const results = await this.#put(left, signal);
      const refused = left.flatMap((entry, index) => {
        const { ErrorCode, ErrorMessage = '' } = results[index] ?? {};
        return ErrorCode === undefined ? [] : [{ entry, why: printable(`${ErrorCode} ${ErrorMessage}`) }];
      });
      if (refused.length === 0) return;
      left = refused.map(({ entry }) => entry);
      why = refused[0]?.why ?? '';
      if (attempt < PARTIAL_ATTEMPTS) {
        await timing.sleep(timing.random() * FIRST_DELAY_MS * 2 ** (attempt - 1), signal);
      }
    }
    throw new ProviderError(
      'GeneralServiceException',
      `EventBridge did not take ${left.length} of ${entries.length} events in ${PARTIAL_ATTEMPTS} tries (${why})`,
    );
  }

  async #put(entries: readonly PutEventsRequestEntry[], signal: AbortSignal) {
    const command = new PutEventsCommand({ Entries: [...entries] });
    const attempt = async () => {
      try {
        const { Entries = [] } = await this.#client.send(command, { abortSignal: signal });
        return Entries;
      } catch (error) {
        throw errorOfAws(error, {
          service: 'EventBridge',
          region: await this.#client.config.region(),
          operation: `take ${entries.length} events`,
          hints: {
            AccessDenied: "this function's role must be allowed events:PutEvents on the default event bus",
          },
          signal,
        });
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
  }
}

/** Without a name of a bus it is the default one. */
function entryOf(event: ScalingEvent): PutEventsRequestEntry {
  const { source, detailType, time, detail } = eventOf(event);
  return {
    Source: source,
    DetailType: detailType,
    Time: new Date(time),
    Detail: JSON.stringify(detail),
  };
}
