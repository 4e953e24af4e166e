import {
  type AttributeValue,
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { TargetState } from '../handlers/scaling/decision/target-state.ts';
import type { ScalingEvent } from '../handlers/scaling/run/scaling-event.ts';
import type { Account } from './account.ts';

/** What scheduled scaling remembers. It stays when the service's stack goes. */
export const SCALING_TABLE = 'deploytime-scaling';

/** A page holds 1 MB, some thousand times what a run of the examples leaves. */
const MAX_PAGES = 10;

/** What the table holds. */
export interface TableContent {
  /** The status of each plan, by its id. */
  readonly plans: ReadonlyMap<string, string>;
  /** By the targets' short names. */
  readonly states: ReadonlyMap<string, Omit<TargetState, 'version'>>;
  /** The executions that have claimed a run. */
  readonly claims: readonly string[];
  /** In the order of time. */
  readonly history: readonly ScalingEvent[];
}

export async function readScalingTable(account: Account, signal: AbortSignal): Promise<TableContent> {
  const items = await allItems(account, signal);
  const withPrefix = (prefix: string) => items.filter(({ pk }) => pk.startsWith(prefix));
  return {
    plans: new Map(withPrefix('plans').map(({ sk, json }) => [sk, JSON.parse(json).status])),
    states: new Map(withPrefix('target#').map(({ pk, json }) => [pk.split('#')[1] ?? '', JSON.parse(json)])),
    claims: withPrefix('run#').map(({ execution }) => execution),
    history: withPrefix('history#')
      .sort((a, b) => a.sk.localeCompare(b.sk))
      .map(({ json }) => JSON.parse(json)),
  };
}

interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly json: string;
  /** Of a claim. */
  readonly execution: string;
}

async function allItems({ dynamoDb }: Account, abortSignal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { Items = [], LastEvaluatedKey } = await dynamoDb.send(
      new ScanCommand({ TableName: SCALING_TABLE, ConsistentRead: true, ExclusiveStartKey }),
      { abortSignal },
    );
    items.push(
      ...Items.map((item) => {
        const text = (name: string) => item[name]?.S ?? '';
        return { pk: text('pk'), sk: text('sk'), json: text('json'), execution: text('execution') };
      }),
    );
    ExclusiveStartKey = LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) break;
  }
  return items;
}

/** Whether the account has it. */
export async function hasScalingTable({ dynamoDb }: Account, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await dynamoDb.send(new DescribeTableCommand({ TableName: SCALING_TABLE }), { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** Removes it with all that is remembered; one that is gone is no error. */
export async function removeScalingTable({ dynamoDb }: Account, abortSignal: AbortSignal): Promise<void> {
  try {
    await dynamoDb.send(new DeleteTableCommand({ TableName: SCALING_TABLE }), { abortSignal });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}
