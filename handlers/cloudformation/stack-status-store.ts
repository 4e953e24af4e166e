import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { AWS_TIMEOUTS } from '../network/aws-timeouts.ts';
import { isRemovalStatus, isRollbackStatus, type StackRemovals, type StackStatuses } from './stack-status.ts';
import { withinTimeLimit } from './time-limit.ts';

/** CloudFormation's API throttles early; the time limit below ends what these attempts would not. */
const ATTEMPTS = 8;

/** The longest that a status is waited for, in milliseconds: where CloudFormation throttles throughout, we do without. */
export const MAX_WAIT_MS = 15_000;

/** A client of CloudFormation's API, for stack statuses. */
export function createCloudFormationClient(
  configuration: CloudFormationClientConfig = {},
): CloudFormationClient {
  return new CloudFormationClient({
    maxAttempts: ATTEMPTS,
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/** Asks for the status of one stack by its id, one call for each look: it changes within a deployment. */
export class CloudFormationStackStatuses implements StackStatuses, StackRemovals {
  readonly #client: CloudFormationClient;
  readonly #log: Log;

  constructor(client: CloudFormationClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  async isRollingBack(stackId: string, signal: AbortSignal): Promise<boolean | undefined> {
    const status = await this.#find(stackId, signal);
    return status === undefined ? undefined : isRollbackStatus(status);
  }

  async isTakingBack(stackId: string, signal: AbortSignal): Promise<boolean | undefined> {
    const status = await this.#find(stackId, signal);
    return status === undefined ? undefined : isRemovalStatus(status);
  }

  async #find(stackId: string, signal: AbortSignal): Promise<string | undefined> {
    const reason = new Error(`CloudFormation gave no status within ${MAX_WAIT_MS} ms`);
    const command = new DescribeStacksCommand({ StackName: stackId });
    try {
      const { Stacks } = await withinTimeLimit({ signal, limitMs: MAX_WAIT_MS, reason }, (abortSignal) =>
        this.#client.send(command, { abortSignal }),
      );
      const status = Stacks?.[0]?.StackStatus;
      if (status !== undefined) return status;
      this.#log.warn('CloudFormation told no status of the stack', { stackId });
    } catch (error) {
      this.#log.warn("The stack's status could not be read", { stackId, error });
    }
    return undefined;
  }
}

/** Powertools' Logger is one. */
interface Log {
  warn(message: string, fields: Record<string, unknown>): void;
}
