import {
  ApplicationAutoScalingClient,
  type ApplicationAutoScalingClientConfig,
} from '@aws-sdk/client-application-auto-scaling';
import { DocDBClient, type DocDBClientConfig } from '@aws-sdk/client-docdb';
import { ECSClient, type ECSClientConfig } from '@aws-sdk/client-ecs';
import { BreakRetries } from '../../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../../network/aws-timeouts.ts';

/** Two clients of one service: what only reads may be sent again, what changes something may not. */
export interface ReadsAndChanges<Client> {
  /** Sends again what broke. Throttling is waited out by whoever reads. */
  readonly reads: Client;
  /** Sends everything exactly once. */
  readonly changes: Client;
}

/** The AWS APIs behind the targets. */
export interface ScalingClients {
  readonly documentDb: ReadsAndChanges<DocDBClient>;
  readonly ecs: ReadsAndChanges<ECSClient>;
  readonly autoScaling: ReadsAndChanges<ApplicationAutoScalingClient>;
}

export interface ScalingClientsOptions {
  readonly documentDb?: DocDBClientConfig;
  readonly ecs?: ECSClientConfig;
  readonly autoScaling?: ApplicationAutoScalingClientConfig;
}

/** Tries of a read that breaks. */
const READ_ATTEMPTS = 3;
/** A change whose answer was lost may have happened. */
const CHANGE_ATTEMPTS = 1;

/** Clients with a time limit for each attempt. Region, credentials and endpoint are the SDK's own, unless they are given. */
export function createScalingClients(options: ScalingClientsOptions = {}): ScalingClients & Disposable {
  const documentDb = twoOf((base) => new DocDBClient({ ...base, ...options.documentDb }));
  const ecs = twoOf((base) => new ECSClient({ ...base, ...options.ecs }));
  const autoScaling = twoOf((base) => new ApplicationAutoScalingClient({ ...base, ...options.autoScaling }));
  return {
    documentDb,
    ecs,
    autoScaling,
    [Symbol.dispose]: () => {
      for (const { reads, changes } of [documentDb, ecs, autoScaling]) {
        reads.destroy();
        changes.destroy();
      }
    },
  };
}

interface BaseConfiguration {
  readonly retryStrategy: BreakRetries;
  readonly requestHandler: typeof AWS_TIMEOUTS;
}

function twoOf<Client>(create: (base: BaseConfiguration) => Client): ReadsAndChanges<Client> {
  const withAttempts = (attempts: number): Client =>
    create({ retryStrategy: new BreakRetries(attempts), requestHandler: AWS_TIMEOUTS });
  return { reads: withAttempts(READ_ATTEMPTS), changes: withAttempts(CHANGE_ATTEMPTS) };
}
