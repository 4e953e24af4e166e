import {
  type CloudFormationClient,
  ListStackResourcesCommand,
  type ListStackResourcesOutput,
  ListStacksCommand,
  type ListStacksOutput,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { AwsCaller } from '../aws-caller.ts';
import { CliError } from '../cli-error.ts';
import type { LiveStack, StackResources } from './service-use.ts';

/** A page has up to 100 stacks; an account has 2,000 of them unless it asked for more. */
const MAX_STACK_PAGES = 100;
/** A page has up to 100 resources, a stack at most 500. */
const MAX_RESOURCE_PAGES = 10;

/** Whatever isn't deleted, and has resources. */
const LIVE: readonly StackStatus[] = [
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'CREATE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_IN_PROGRESS',
  'IMPORT_COMPLETE',
  'IMPORT_IN_PROGRESS',
  'IMPORT_ROLLBACK_COMPLETE',
  'IMPORT_ROLLBACK_FAILED',
  'IMPORT_ROLLBACK_IN_PROGRESS',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'ROLLBACK_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_FAILED',
  'UPDATE_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_IN_PROGRESS',
];

/** Stacks and their resources in CloudFormation. */
export class CloudFormationStackResources implements StackResources {
  readonly #client: CloudFormationClient;
  readonly #caller: AwsCaller;

  constructor(client: CloudFormationClient, region: string) {
    this.#client = client;
    this.#caller = new AwsCaller({ service: 'CloudFormation', region });
  }

  async liveStacks(signal: AbortSignal): Promise<readonly LiveStack[]> {
    const stacks: LiveStack[] = [];
    let next: string | undefined;
    for (let page = 0; page < MAX_STACK_PAGES; page += 1) {
      const command = new ListStacksCommand({
        StackStatusFilter: [...LIVE],
        ...(next && { NextToken: next }),
      });
      const read: ListStacksOutput = await this.#caller.call(
        (abortSignal) => this.#client.send(command, { abortSignal }),
        { operation: 'list the stacks', permission: 'cloudformation:ListStacks', signal },
      );
      for (const { StackName = '', StackId = '', StackStatus = '' } of read.StackSummaries ?? []) {
        stacks.push({ name: StackName, id: StackId, status: StackStatus });
      }
      next = read.NextToken;
      if (next === undefined) return stacks;
    }
    throw new CliError(
      'Unexpected',
      `CloudFormation lists more than ${MAX_STACK_PAGES} pages of stacks, which are too many to look into`,
    );
  }

  async resourcesOf(
    stackId: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly logicalId: string; readonly type: string }[]> {
    const resources: { logicalId: string; type: string }[] = [];
    let next: string | undefined;
    for (let page = 0; page < MAX_RESOURCE_PAGES; page += 1) {
      const command = new ListStackResourcesCommand({
        StackName: stackId,
        ...(next && { NextToken: next }),
      });
      const read: ListStackResourcesOutput | undefined = await this.#caller.call(
        (abortSignal) => this.#client.send(command, { abortSignal }).catch(unlessGone),
        {
          operation: 'list the resources of a stack',
          permission: 'cloudformation:ListStackResources on it',
          signal,
        },
      );
      for (const summary of read?.StackResourceSummaries ?? []) {
        // A resource that is gone stays in the list of its stack.
        if (summary.ResourceStatus === 'DELETE_COMPLETE') continue;
        resources.push({
          logicalId: summary.LogicalResourceId ?? '',
          type: summary.ResourceType ?? '',
        });
      }
      next = read?.NextToken;
      if (next === undefined) break;
    }
    return resources;
  }
}

/** A stack that was deleted since it was listed uses nothing. */
function unlessGone(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) {
    return undefined;
  }
  throw error;
}
