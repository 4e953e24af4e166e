import type { Agent } from 'node:http';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DocDBClient } from '@aws-sdk/client-docdb';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { WireRequest } from '../aws-wire/aws-service.ts';
import { DocumentDbApi } from '../documentdb-api/documentdb-api.ts';
import type { DurationRanges } from '../documentdb-api/durations.ts';
import { EcsAccount } from '../ecs-api/ecs-account.ts';
import { EcsApi } from '../ecs-api/ecs-api.ts';
import { EcsProcesses } from '../ecs-api/ecs-processes.ts';
import { ScalableTargetsApi } from '../ecs-api/scalable-targets-api.ts';
import { type Reply, SimulatorCalls } from './simulator-calls.ts';
import { type CapacitySnapshot, snapshotCapacity } from './simulator-capacity.ts';
import { type SimulatedService, SimulatorFaults } from './simulator-faults.ts';
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
  /** DocumentDB's, ranges in milliseconds. Default: those of DOCUMENTDB_DURATIONS. */
  readonly durations?: Partial<DurationRanges>;
}

/** For a client of any of the three services. */
export interface SimulatorConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  readonly requestHandler: { readonly httpAgent: Agent };
}

export interface SimulatorClients {
  readonly documentDb: DocDBClient;
  readonly ecs: ECSClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/** One account in one Region, with time of its own. */
export class SimulatorWorld {
  /** The access key id by which the server tells worlds apart. */
  readonly id: string;
  readonly clock: VirtualClock;
  readonly documentDb: DocumentDbApi;
  readonly ecs: EcsApi;
  readonly faults = new SimulatorFaults();
  readonly journal = new SimulatorJournal();
  readonly given: SimulatorGivens;
  readonly operator: SimulatorOperator;
  readonly #connection: { readonly origin: string; readonly agent: Agent };
  readonly #calls: SimulatorCalls;

  constructor(
    connection: { readonly id: string; readonly origin: string; readonly agent: Agent },
    { seed = 1, clock = new VirtualClock(), readLagMs = 0, durations = {} }: SimulatorWorldOptions,
  ) {
    this.id = connection.id;
    this.#connection = connection;
    this.clock = clock;
    const random = new SeededRandom(seed);
    this.documentDb = new DocumentDbApi({
      clock,
      random: random.fork('documentdb'),
      arnPrefix: arnPrefix('rds'),
      durations,
    });
    const account = new EcsAccount(clock);
    const processes = new EcsProcesses(account, clock, random.fork('ecs'));
    this.ecs = new EcsApi(account, processes, arnPrefix('ecs'));
    const scalableTargets = new ScalableTargetsApi(
      account,
      processes,
      clock,
      arnPrefix('application-autoscaling'),
    );
    this.#calls = new SimulatorCalls({
      services: {
        documentdb: this.documentDb,
        ecs: this.ecs,
        'application-autoscaling': scalableTargets,
      },
      clock,
      faults: this.faults,
      journal: this.journal,
      random: random.fork('reads'),
      stateBefore: () => this.#stateBefore(),
    });
    this.readLagMs = readLagMs;
    this.given = new SimulatorGivens({ documentDb: this.documentDb, ecs: this.ecs, clock });
    this.operator = new SimulatorOperator((service, action, input) =>
      this.#calls.operate(service, action, input),
    );
  }

  /** How old at most what a read shows is, in milliseconds. */
  get readLagMs(): number {
    return this.#calls.readLagMs;
  }

  /** @throws RangeError over 60,000 */
  set readLagMs(milliseconds: number) {
    this.#calls.readLagMs = milliseconds;
  }

  /**
   * What a client needs to reach this world; retries are the client's own.
   * @param caller By which the journal tells who called. Default `caller`.
   */
  configuration(caller = 'caller'): SimulatorConfiguration {
    return {
      endpoint: this.#connection.origin,
      region: REGION,
      credentials: { accessKeyId: this.id, secretAccessKey: 'example', sessionToken: caller },
      requestHandler: { httpAgent: this.#connection.agent },
    };
  }

  /** The SDK's own clients, which call once and never again by themselves. */
  clients(caller?: string): SimulatorClients {
    const configuration = { ...this.configuration(caller), maxAttempts: 1 };
    return {
      documentDb: new DocDBClient(configuration),
      ecs: new ECSClient(configuration),
      autoScaling: new ApplicationAutoScalingClient(configuration),
    };
  }

  /** The true capacity, for comparison: what a window changes and its end brings back. */
  capacity(): CapacitySnapshot {
    return snapshotCapacity(this.documentDb.account.state, this.ecs.account.state);
  }

  /** What the server does with a request. */
  receive(service: SimulatedService, request: WireRequest, caller: string): Reply {
    return this.#calls.receive(service, request, caller);
  }

  #stateBefore(): StateBefore {
    const { account } = this.documentDb;
    const since = this.clock.now - MAX_READ_LAG_MS;
    return {
      documentDb: account.state,
      recentWriters: Object.fromEntries(
        [...account.state.clusters.keys()].map((id) => [id, account.writersSince(id, since)]),
      ),
      ecs: this.ecs.account.state,
    };
  }
}

function arnPrefix(service: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}`;
}
