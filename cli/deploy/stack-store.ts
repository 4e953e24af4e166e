import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type StackEvent as ReportedEvent,
} from '@aws-sdk/client-cloudformation';
import { AwsCaller } from '../aws-caller.ts';
import type { StackEvent } from './stack-event.ts';
import type { PresentStack } from './stack-state.ts';

/** Stacks of one account and Region. */
export interface Stacks {
  /** @param stack Its name or its id. */
  find(stack: string, signal: AbortSignal): Promise<PresentStack | undefined>;
  /** The template as it was given. */
  getTemplate(stack: string, signal: AbortSignal): Promise<string>;
  /** Starts its deletion. @param stack Its name. @param token The same for each try. */
  remove(stack: string, token: string, signal: AbortSignal): Promise<void>;
  /** The newest events that aren't known by their id yet, in the order of time. */
  newEvents(stack: string, known: ReadonlySet<string>, signal: AbortSignal): Promise<readonly StackEvent[]>;
}

/** A page has 100 events; the service has about 60 resources. */
const MAX_EVENT_PAGES = 20;

/** Stacks in CloudFormation. */
export class CloudFormationStacks implements Stacks {
  readonly #client: CloudFormationClient;
  readonly #caller: AwsCaller;

  constructor(client: CloudFormationClient, region: string) {
    this.#client = client;
    this.#caller = new AwsCaller({ service: 'CloudFormation', region });
  }

  async find(stack: string, signal: AbortSignal): Promise<PresentStack | undefined> {
    const found = await this.#caller.call(
      async (abortSignal) => {
        try {
          const command = new DescribeStacksCommand({ StackName: stack });
          return (await this.#client.send(command, { abortSignal })).Stacks?.[0];
        } catch (error) {
          if (isNoSuchStack(error)) return undefined;
          throw error;
        }
      },
      { ...describing(stack), permission: 'cloudformation:DescribeStacks on it', signal },
    );
    if (found?.StackId === undefined || found.StackStatus === 'DELETE_COMPLETE') return undefined;
    const parameters = (found.Parameters ?? []).map(
      ({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue] as const,
    );
    return {
      name: found.StackName ?? stack,
      id: found.StackId,
      status: found.StackStatus ?? '',
      parameters: new Map(parameters),
    };
  }

  async getTemplate(stack: string, signal: AbortSignal): Promise<string> {
    const { TemplateBody = '' } = await this.#caller.call(
      (abortSignal) =>
        this.#client.send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }), {
          abortSignal,
        }),
      {
        operation: `give the template of the stack ${stack}`,
        permission: 'cloudformation:GetTemplate on it',
        signal,
      },
    );
    return TemplateBody;
  }

  async remove(stack: string, token: string, signal: AbortSignal): Promise<void> {
    await this.#caller.call(
      (abortSignal) =>
        this.#client.send(new DeleteStackCommand({ StackName: stack, ClientRequestToken: token }), {
          abortSignal,
        }),
      {
        operation: `delete the stack ${stack}`,
        permission: 'cloudformation:DeleteStack on it',
        signal,
        codes: { ValidationError: 'UnusableStack' },
      },
    );
  }

  async newEvents(
    stack: string,
    known: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<readonly StackEvent[]> {
    const events: StackEvent[] = [];
    let next: string | undefined;
    for (let page = 0; page < MAX_EVENT_PAGES; page += 1) {
      const { StackEvents = [], NextToken } = await this.#caller.call(
        (abortSignal) =>
          this.#client.send(
            new DescribeStackEventsCommand({ StackName: stack, ...(next && { NextToken: next }) }),
            { abortSignal },
          ),
        { ...describing(stack), permission: 'cloudformation:DescribeStackEvents on it', signal },
      );
      // The newest come first.
      const read = StackEvents.map(readEvent);
      const unknown = read.filter(({ id }) => !known.has(id));
      events.push(...unknown);
      if (unknown.length < read.length || known.size === 0 || NextToken === undefined) break;
      next = NextToken;
    }
    return events.reverse();
  }
}

function describing(stack: string) {
  return { operation: `describe the stack ${stack}` };
}

function isNoSuchStack(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}

function readEvent(reported: ReportedEvent): StackEvent {
  return {
    id: reported.EventId ?? '',
    at: reported.Timestamp?.getTime() ?? 0,
    logicalId: reported.LogicalResourceId ?? '',
    type: reported.ResourceType ?? '',
    status: reported.ResourceStatus ?? '',
    reason: reported.ResourceStatusReason ?? '',
    isOfStack:
      reported.PhysicalResourceId === reported.StackId || reported.LogicalResourceId === reported.StackName,
  };
}
