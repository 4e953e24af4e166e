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

/**
 * Clients with a time limit for each attempt. Region, credentials and endpoint are the SDK's own, unless they are given;
 * how often something is sent can't be.
 */
export function createScalingClients(options: ScalingClientsOptions = {}): ScalingClients & Disposable {
  const documentDb = twoOf(
    (attempts) => new DocDBClient({ requestHandler: AWS_TIMEOUTS, ...options.documentDb, ...attempts }),
  );
  const ecs = twoOf(
    (attempts) => new ECSClient({ requestHandler: AWS_TIMEOUTS, ...options.ecs, ...attempts }),
  );
  const autoScaling = twoOf(
    (attempts) =>
      new ApplicationAutoScalingClient({ requestHandler: AWS_TIMEOUTS, ...options.autoScaling, ...attempts }),
  );
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

interface Attempts {
  readonly retryStrategy: BreakRetries;
}

function twoOf<Client>(create: (attempts: Attempts) => Client): ReadsAndChanges<Client> {
  return {
    reads: create({ retryStrategy: new BreakRetries(READ_ATTEMPTS) }),
    changes: create({ retryStrategy: new BreakRetries(CHANGE_ATTEMPTS) }),
  };
}
