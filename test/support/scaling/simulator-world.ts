import type { Agent } from 'node:http';
import { DocDBClient } from '@aws-sdk/client-docdb';
import { AwsError } from '../aws-wire/aws-error.ts';
import { DocumentDbApi, writeAnswer, writeError } from '../documentdb-api/documentdb-api.ts';
import type { DurationRanges } from '../documentdb-api/durations.ts';
import { type CapacitySnapshot, snapshotCapacity } from './simulator-capacity.ts';
import { type Fault, type Mishap, SimulatorFaults } from './simulator-faults.ts';
import { SimulatorGivens } from './simulator-givens.ts';
import { MAX_READ_LAG_MS } from './simulator-history.ts';
import { SimulatorJournal, type StateBefore } from './simulator-journal.ts';
import { SimulatorOperator } from './simulator-operator.ts';
import { SeededRandom } from './simulator-random.ts';
import { VirtualClock } from './virtual-clock.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '111122223333';

export interface SimulatorWorldOptions {
  /** What durations, lags and choices of the world come from. Default 1. */
  readonly seed?: number;
  /** Default: one of its own, that stands at 2026-03-02T00:00:00Z. */
  readonly clock?: VirtualClock;
  /** How old at most what a read shows is: up to 60,000 ms, drawn for each read. Default 0: never late. */
  readonly readLagMs?: number;
  /** Ranges in milliseconds; default: those of DOCUMENTDB_DURATIONS. */
  readonly durations?: Partial<DurationRanges>;
}

export interface SimulatorClients {
  readonly documentDb: DocDBClient;
}

/** A request as the server took it from HTTP. */
export interface ReceivedRequest {
  readonly service: string;
  readonly target: string;
  readonly contentType: string;
  readonly body: string;
  readonly caller: string;
}

/** `reset`: the connection breaks. */
export type Reply =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | 'reset';

/** One account in one Region, with time of its own. */
export class SimulatorWorld {
  /** The access key id by which the server tells worlds apart. */
  readonly id: string;
  readonly clock: VirtualClock;
  readonly documentDb: DocumentDbApi;
  readonly faults = new SimulatorFaults();
  readonly journal = new SimulatorJournal();
  readonly given: SimulatorGivens;
  readonly operator: SimulatorOperator;
  readonly #origin: string;
  readonly #agent: Agent;
  readonly #reads: SeededRandom;
  #readLagMs = 0;
  #calls = 0;

  constructor(
    connection: { readonly id: string; readonly origin: string; readonly agent: Agent },
    { seed = 1, clock = new VirtualClock(), readLagMs = 0, durations = {} }: SimulatorWorldOptions,
  ) {
    this.id = connection.id;
    this.#origin = connection.origin;
    this.#agent = connection.agent;
    this.clock = clock;
    this.readLagMs = readLagMs;
    const random = new SeededRandom(seed);
    this.#reads = random.fork('reads');
    const arnPrefix = `arn:aws:rds:${REGION}:${ACCOUNT_ID}`;
    this.documentDb = new DocumentDbApi({ clock, random: random.fork('documentdb'), arnPrefix, durations });
    this.given = new SimulatorGivens(this.documentDb, arnPrefix, clock);
    this.operator = new SimulatorOperator((action, input) => this.#operate(action, input));
  }

  get readLagMs(): number {
    return this.#readLagMs;
  }

  /** @throws RangeError over 60,000 */
  set readLagMs(milliseconds: number) {
    if (!(milliseconds >= 0 && milliseconds <= MAX_READ_LAG_MS)) {
      throw new RangeError(`A read is from 0 to ${MAX_READ_LAG_MS} ms late, not ${milliseconds}`);
    }
    this.#readLagMs = milliseconds;
  }

  /**
   * The SDK's own clients, which call once and never again by themselves.
   * @param caller By which the journal tells who called. Default `caller`.
   */
  clients(caller = 'caller'): SimulatorClients {
    const configuration = {
      endpoint: this.#origin,
      region: REGION,
      credentials: { accessKeyId: this.id, secretAccessKey: 'example', sessionToken: caller },
      maxAttempts: 1,
      requestHandler: { httpAgent: this.#agent },
    };
    return { documentDb: new DocDBClient(configuration) };
  }

  /** The true capacity, for comparison: what a window changes and its end brings back. */
  capacity(): CapacitySnapshot {
    return snapshotCapacity(this.documentDb.account.state);
  }

  /** What the server does with a request. */
  receive(request: ReceivedRequest): Reply {
    const requestId = `${this.id}-${this.#calls}`;
    let action = '';
    try {
      const parsed = this.documentDb.parse(request.body);
      action = parsed.action;
      const { answer, fault } = this.#carryOut(action, parsed.input, request.caller);
      if (fault?.kind === 'lost-answer') return 'reset';
      return xml(200, writeAnswer(action, answer, requestId));
    } catch (error) {
      if (error instanceof ConnectionReset) return 'reset';
      if (!(error instanceof AwsError)) throw error;
      if (!(error instanceof InjectedError) && MISTAKES.has(error.code)) {
        this.journal.violations.push(`${action || 'A call'} is refused: ${error.message}`);
      }
      return xml(error.status, writeError(error, requestId));
    }
  }

  #carryOut(action: string, input: Record<string, unknown>, caller: string) {
    const isMutation = this.documentDb.isMutation(action);
    const index = this.#calls;
    this.#calls += 1;
    this.journal.count(action);
    const call = {
      service: 'documentdb',
      action,
      input,
      caller,
      index,
      at: this.clock.now,
      isMutation,
    } as const;
    const fault = this.faults.take(call);
    const before = this.#stateBefore();
    const record = (outcome: string) => {
      if (isMutation) this.journal.entries.push({ ...call, outcome, fault, before });
    };
    if (fault?.kind === 'reset') {
      record('reset');
      throw new ConnectionReset();
    }
    if (fault?.kind === 'error') {
      record(fault.code);
      throw new InjectedError(
        fault.code,
        fault.message ?? `${fault.code}, as the test wants it`,
        fault.status,
      );
    }
    const lag = this.#readLagMs === 0 ? 0 : this.#reads.integer(0, this.#readLagMs);
    const mishap = fault?.kind === 'mishap' ? fault.mishap : undefined;
    const answer = this.#ask(action, input, lag, mishap, record);
    record('accepted');
    if (fault?.kind === 'error-afterwards') {
      throw new InjectedError(fault.code, `${fault.code}, as the test wants it`, fault.status);
    }
    return { answer, fault };
  }

  #ask(
    action: string,
    input: Record<string, unknown>,
    lag: number,
    mishap: Mishap | undefined,
    record: (outcome: string) => void,
  ) {
    try {
      return this.documentDb.carryOut(action as never, input, { readAt: this.clock.now - lag, mishap });
    } catch (error) {
      if (error instanceof AwsError) record(error.code);
      throw error;
    }
  }

  #operate(action: string, input: Record<string, unknown>): void {
    const call = { action, input, caller: 'operator', index: this.#calls, at: this.clock.now } as const;
    const before = this.#stateBefore();
    const record = (outcome: string) =>
      this.journal.entries.push({
        ...call,
        service: 'documentdb',
        isMutation: true,
        outcome,
        fault: undefined,
        before,
      });
    this.#ask(action, input, 0, undefined, record);
    record('accepted');
  }

  #stateBefore(): StateBefore {
    const { account } = this.documentDb;
    const since = this.clock.now - MAX_READ_LAG_MS;
    return {
      documentDb: account.state,
      recentWriters: Object.fromEntries(
        [...account.state.clusters.keys()].map((id) => [id, account.writersSince(id, since)]),
      ),
    };
  }
}

class ConnectionReset extends Error {}

/** An error that a test asked for is nobody's mistake. */
class InjectedError extends AwsError {}

/** What says that the client is wrong, not that the world is another than it thought. */
const MISTAKES: ReadonlySet<string> = new Set([
  'InvalidAction',
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'InvalidQueryParameter',
  'MissingParameter',
]);

function xml(status: number, body: string): Reply {
  return { status, contentType: 'text/xml', body };
}

export type { Fault };
