import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ProviderError } from '../../handlers/errors.ts';
import type { TargetState } from '../../handlers/scaling/decision/target-state.ts';
import { targetsOf } from '../../handlers/scaling/forecast/plan-targets.ts';
import { targetName } from '../../handlers/scaling/plan/plan.ts';
import {
  type ItemKey,
  planIn,
  planKey,
  stateIn,
  stateKey,
  type TableItem,
} from '../../handlers/scaling/store/table-item.ts';
import { failureOfAws } from '../aws-failure.ts';
import { CliError } from '../cli-error.ts';
import type { PlanSource } from './plan-source.ts';

/** Reads what the service has stored of a plan, and writes nothing. */
export class DeployedPlanStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** @throws CliError `Usage`: there is no such plan, or no such table. */
  async get(id: string, signal: AbortSignal): Promise<PlanSource> {
    const found = await this.#find(planKey(id), signal);
    if (found === undefined) {
      const region = await this.#region();
      throw new CliError(
        'Usage',
        `The table ${this.#table} in ${region} has no plan ${id}; the resource's attribute PlanId names it`,
      );
    }
    const stored = readable(() => planIn(found));
    const states = new Map<string, TargetState>();
    for (const target of targetsOf(stored.plan)) {
      const item = await this.#find(stateKey(target), signal);
      if (item !== undefined)
        states.set(
          targetName(target),
          readable(() => stateIn(item)),
        );
    }
    return {
      label: `the deployed plan ${id}`,
      name: id,
      stored,
      isDeployed: true,
      states,
      assumed: [],
      present: new Map(),
    };
  }

  async #find(key: ItemKey, abortSignal: AbortSignal): Promise<TableItem | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      ConsistentRead: true,
    });
    try {
      const { Item } = await this.#client.send(command, { abortSignal });
      return Item && itemIn(Item);
    } catch (error) {
      throw failureOfAws(error, {
        service: 'DynamoDB',
        region: await this.#region(),
        operation: `read the table ${this.#table}`,
        permission: 'dynamodb:GetItem on it',
        signal: abortSignal,
        codes: { ResourceNotFoundException: 'Usage' },
      });
    }
  }

  #region(): Promise<string> {
    return this.#client.config.region().catch(() => 'no Region');
  }
}

/** Whatever is neither text nor number is none of ours. */
function itemIn(attributes: Record<string, AttributeValue>): TableItem {
  const values = Object.entries(attributes).flatMap(([name, { S, N }]) => {
    const value = N === undefined ? S : Number(N);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values) as TableItem;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new CliError('Unexpected', error.message, { cause: error });
  }
}
