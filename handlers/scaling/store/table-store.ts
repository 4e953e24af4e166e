import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ProviderError } from '../../errors.ts';
import { BreakRetries } from '../../network/aws-retries.ts';
import { AWS_TIMEOUTS } from '../../network/aws-timeouts.ts';
import { errorOfAws } from '../../registry/aws-error.ts';
import { outlastThrottling, type Patience } from '../../registry/throttling.ts';
import { describeKey, type ItemKey, type TableItem } from './table-item.ts';

/** What must hold of the item that is there, for a write. */
export type WriteCondition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: string | number }
  | { readonly kind: 'absent-or-equal'; readonly attribute: string; readonly value: string | number };

/** Written, or the item on which the condition failed. */
export type WriteAnswer = 'written' | { readonly found: TableItem | undefined };

export interface ListOptions {
  /** The first sort key. Default: the partition's first. */
  readonly from?: string;
  /** Default: ascending. */
  readonly order?: 'ascending' | 'descending';
  /** Default: all. */
  readonly limit?: number;
}

/** Tries of what breaks. Throttling is waited out here. */
const ATTEMPTS = 3;
/** So many calls list a partition; each gives up to 1 MB. */
const MAX_PAGES = 200;

/** A client of DynamoDB's API, with a time limit for each attempt. */
export function createDynamoDbClient(
  configuration: DynamoDBClientConfig & { readonly maxAttempts?: number } = {},
): DynamoDBClient {
  const { maxAttempts = ATTEMPTS } = configuration;
  return new DynamoDBClient({
    retryStrategy: new BreakRetries(maxAttempts),
    requestHandler: AWS_TIMEOUTS,
    ...configuration,
  });
}

/** The service's table: strongly consistent reads, and writes on a condition. */
export class TableStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #patience: Patience;

  constructor(client: DynamoDBClient, options: Patience & { readonly table: string }) {
    this.#client = client;
    this.#table = options.table;
    this.#patience = options;
  }

  async find(key: ItemKey, signal: AbortSignal): Promise<TableItem | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: marshalled(key),
      ConsistentRead: true,
    });
    const { Item } = await this.#send(`read ${describeKey(key)}`, 'GetItem', signal, () =>
      this.#client.send(command, { abortSignal: signal }),
    );
    return Item && unmarshalled(Item);
  }

  /** @param condition Default: whatever is there is overwritten. */
  async put(
    item: TableItem,
    condition: WriteCondition | undefined,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: marshalled(item),
      ...(condition && expressionOf(condition)),
    });
    return this.#write(`write ${describeKey(item)}`, 'PutItem', signal, () =>
      this.#client.send(command, { abortSignal: signal }),
    );
  }

  async delete(key: ItemKey, condition: WriteCondition, signal: AbortSignal): Promise<WriteAnswer> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: marshalled(key),
      ...expressionOf(condition),
    });
    return this.#write(`delete ${describeKey(key)}`, 'DeleteItem', signal, () =>
      this.#client.send(command, { abortSignal: signal }),
    );
  }

  /** @throws ProviderError `ServiceLimitExceeded` over 200 pages of 1 MB. */
  async list(
    partition: string,
    { from, order = 'ascending', limit = Number.POSITIVE_INFINITY }: ListOptions,
    signal: AbortSignal,
  ): Promise<readonly TableItem[]> {
    const items: TableItem[] = [];
    let start: Record<string, AttributeValue> | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const left = limit - items.length;
      const command = new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: from === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: {
          ':pk': { S: partition },
          ...(from !== undefined && { ':from': { S: from } }),
        },
        ScanIndexForward: order === 'ascending',
        ...(Number.isFinite(left) && { Limit: left }),
        ...(start && { ExclusiveStartKey: start }),
      });
      const { Items = [], LastEvaluatedKey } = await this.#send(
        `list the items pk=${partition}`,
        'Query',
        signal,
        () => this.#client.send(command, { abortSignal: signal }),
      );
      items.push(...Items.map(unmarshalled));
      if (LastEvaluatedKey === undefined || items.length >= limit) return items;
      start = LastEvaluatedKey;
    }
    throw new ProviderError(
      'ServiceLimitExceeded',
      `The table ${this.#table} has more than ${MAX_PAGES} MB under pk=${partition}, which is as much as is read`,
    );
  }

  async #write(
    operation: string,
    action: string,
    signal: AbortSignal,
    send: () => Promise<unknown>,
  ): Promise<WriteAnswer> {
    return this.#send(operation, action, signal, async () => {
      try {
        await send();
        return 'written' as const;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { found: error.Item && unmarshalled(error.Item) };
      }
    });
  }

  async #send<T>(operation: string, action: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        return await send();
      } catch (error) {
        throw errorOfAws(error, {
          service: 'DynamoDB',
          region: await this.#client.config.region(),
          operation: `${operation} of the table ${this.#table}`,
          hints: {
            AccessDenied: `this function's role must be allowed dynamodb:${action} on it`,
            NotFound: 'the table belongs to the service stack: deploy that again',
          },
          signal,
        });
      }
    };
    return outlastThrottling(attempt, { signal, ...this.#patience });
  }
}

/** The item that is there comes with the refusal: it may be this very write, whose answer was lost. */
function expressionOf(condition: WriteCondition) {
  const base = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  if (condition.kind === 'absent') return { ...base, ConditionExpression: 'attribute_not_exists(pk)' };
  const isEqual = '#attribute = :value';
  return {
    ...base,
    ConditionExpression: condition.kind === 'equal' ? isEqual : `attribute_not_exists(pk) OR ${isEqual}`,
    ExpressionAttributeNames: { '#attribute': condition.attribute },
    ExpressionAttributeValues: { ':value': attributeOf(condition.value) },
  };
}

function marshalled(item: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: string | number): AttributeValue {
  return typeof value === 'number' ? { N: String(value) } : { S: value };
}

/** Whatever is neither text nor number is none of ours. */
function unmarshalled(attributes: Record<string, AttributeValue>): TableItem {
  const values = Object.entries(attributes).flatMap(([name, { S, N }]) => {
    const value = N === undefined ? S : Number(N);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values) as TableItem;
}
