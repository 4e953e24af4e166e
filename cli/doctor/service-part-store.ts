import { type ECRClient, GetAccountSettingCommand } from '@aws-sdk/client-ecr';
import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { AwsCaller } from '../aws-caller.ts';

export interface ServicePartClients {
  readonly ssm: SSMClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
  readonly ecr: ECRClient;
}

/** What the functions depend on, in the services that have it. */
export class AwsServiceParts {
  readonly #clients: ServicePartClients;
  readonly #region: string;

  constructor(clients: ServicePartClients, region: string) {
    this.#clients = clients;
    this.#region = region;
  }

  /** The values of parameters by their names; one that is missing is not among them. At most 10. */
  async parameters(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { Parameters = [] } = await this.#caller('SSM').call(
      (abortSignal) =>
        this.#clients.ssm.send(new GetParametersCommand({ Names: [...names] }), { abortSignal }),
      {
        operation: 'read the parameters with the service tokens',
        permission: 'ssm:GetParameters on them',
        signal,
      },
    );
    return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
  }

  /** About how many messages wait in a queue; undefined where there is no queue. */
  async findMessageCount(queue: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#caller('SQS').call(
      async (abortSignal) => {
        try {
          const { sqs } = this.#clients;
          const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }), { abortSignal });
          const { Attributes } = await sqs.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
            { abortSignal },
          );
          return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
        } catch (error) {
          if (error instanceof QueueDoesNotExist) return undefined;
          throw error;
        }
      },
      {
        operation: `count the messages of the queue ${queue}`,
        permission: 'sqs:GetQueueUrl and sqs:GetQueueAttributes on it',
        signal,
      },
    );
  }

  /** `ENABLED`, `DISABLED`, …; undefined where there is no rule. */
  async findRuleState(rule: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#caller('EventBridge').call(
      async (abortSignal) => {
        try {
          const command = new DescribeRuleCommand({ Name: rule });
          return (await this.#clients.eventBridge.send(command, { abortSignal })).State;
        } catch (error) {
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        }
      },
      { operation: `describe the rule ${rule}`, permission: 'events:DescribeRule on it', signal },
    );
  }

  /** `ENABLED` or `DISABLED`. */
  async blobMounting(signal: AbortSignal): Promise<string> {
    const { value } = await this.#caller('ECR').call(
      (abortSignal) =>
        this.#clients.ecr.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }), { abortSignal }),
      {
        operation: 'tell whether blobs are mounted',
        permission: 'ecr:GetAccountSetting',
        signal,
      },
    );
    return value ?? 'DISABLED';
  }

  #caller(service: string): AwsCaller {
    return new AwsCaller({ service, region: this.#region });
  }
}
