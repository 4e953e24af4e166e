import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

/** More than the stacks of the local run have; a page holds about 100 events. */
const MAX_PAGES = 20;
/** A stack that is gone is still described under its id. */
const DELETED = 'DELETE_COMPLETE';

/** A stack as it is now. */
export interface StackDescription {
  readonly stackId: string;
  /** E.g. `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stack of this name, or undefined where there is none. */
export async function findStack(
  client: CloudFormationClient,
  stackName: string,
  abortSignal?: AbortSignal,
): Promise<StackDescription | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }), {
      ...(abortSignal && { abortSignal }),
    });
    const stack = Stacks?.[0];
    if (stack?.StackId === undefined || stack.StackStatus === DELETED) return undefined;
    const outputs = (stack.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']);
    return {
      stackId: stack.StackId,
      status: stack.StackStatus ?? '',
      outputs: Object.fromEntries(outputs),
    };
  } catch (error) {
    if (isNoSuchStack(error)) return undefined;
    throw error;
  }
}

/** The physical ids of a stack's resources of one type; none where there is no such stack. */
export async function stackResources(
  client: CloudFormationClient,
  stackName: string,
  type: string,
  abortSignal: AbortSignal,
): Promise<string[]> {
  try {
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: stackName }),
      { abortSignal },
    );
    return StackResources.filter(({ ResourceType }) => ResourceType === type).flatMap(
      ({ PhysicalResourceId }) => (PhysicalResourceId ? [PhysicalResourceId] : []),
    );
  } catch (error) {
    if (isNoSuchStack(error)) return [];
    throw error;
  }
}

/** A stack's events, the oldest first; none where there is no such stack. Only its id finds a deleted stack. */
export async function stackEvents(
  client: CloudFormationClient,
  stackNameOrId: string,
  abortSignal?: AbortSignal,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    try {
      const answer = await client.send(
        new DescribeStackEventsCommand({ StackName: stackNameOrId, NextToken: nextToken }),
        { ...(abortSignal && { abortSignal }) },
      );
      events.push(...(answer.StackEvents ?? []));
      nextToken = answer.NextToken;
    } catch (error) {
      if (isNoSuchStack(error)) break;
      throw error;
    }
    if (nextToken === undefined) break;
  }
  // Newest first, as it comes; events of the same instant keep their order.
  return events
    .reverse()
    .map((event, index) => ({ event, index }))
    .sort((a, b) => timeOf(a.event) - timeOf(b.event) || a.index - b.index)
    .map(({ event }) => event);
}

function isNoSuchStack(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}

function timeOf(event: StackEvent): number {
  return event.Timestamp?.getTime() ?? 0;
}
