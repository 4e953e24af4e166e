import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { AwsCaller } from '../aws-caller.ts';
import type { Change } from './change.ts';
import { readChange } from './change-set.ts';
import type { ParameterChoice } from './template-parameters.ts';

/** What a change set is made of. */
export interface ChangeSetRequest {
  readonly stackName: string;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly templateUrl: string;
  readonly parameters: readonly ParameterChoice[];
  /** The same for each try; the change set's name comes of it. */
  readonly token: string;
}

/** A change set as it is now. */
export interface ChangeSetState {
  /** `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`. */
  readonly status: string;
  readonly reason: string;
  readonly changes: readonly Change[];
}

/** Change sets of one account and Region. */
export interface ChangeSets {
  /** @returns The ids of the change set and of its stack. */
  create(request: ChangeSetRequest, signal: AbortSignal): Promise<{ id: string; stackId: string }>;
  get(id: string, signal: AbortSignal): Promise<ChangeSetState>;
  /** @param token The same for each try: one change set is carried out once. */
  execute(id: string, token: string, signal: AbortSignal): Promise<void>;
  remove(id: string, signal: AbortSignal): Promise<void>;
}

/** The template has roles. None of them has a name yet; with this one a later version may. */
const CAPABILITIES = ['CAPABILITY_NAMED_IAM'] as const;
/** A page has about 100 changes at the least. */
const MAX_PAGES = 20;

/** Change sets in CloudFormation. */
export class CloudFormationChangeSets implements ChangeSets {
  readonly #client: CloudFormationClient;
  readonly #caller: AwsCaller;

  constructor(client: CloudFormationClient, region: string) {
    this.#client = client;
    this.#caller = new AwsCaller({ service: 'CloudFormation', region });
  }

  async create(request: ChangeSetRequest, signal: AbortSignal): Promise<{ id: string; stackId: string }> {
    const { stackName, kind, templateUrl, parameters, token } = request;
    const command = new CreateChangeSetCommand({
      StackName: stackName,
      ChangeSetName: `deploytime-${token}`,
      ChangeSetType: kind,
      ClientToken: token,
      Description: 'Made by deploytime deploy',
      TemplateURL: templateUrl,
      Capabilities: [...CAPABILITIES],
      // The table outlives its stack, and has a fixed name: a new stack takes it back, with what is in it.
      ...(kind === 'CREATE' && { ImportExistingResources: true }),
      Parameters: parameters.map((choice) =>
        'keeps' in choice
          ? { ParameterKey: choice.name, UsePreviousValue: true }
          : { ParameterKey: choice.name, ParameterValue: choice.value },
      ),
    });
    const { Id = '', StackId = '' } = await this.#caller.call(
      (abortSignal) => this.#client.send(command, { abortSignal }),
      {
        operation: `make a change set of the stack ${stackName}`,
        permission: 'cloudformation:CreateChangeSet on it, and s3:GetObject on the template in its bucket',
        signal,
        // Its state was looked at before: what is left are values, and rules of the template.
        codes: { ValidationError: 'Usage', AlreadyExistsException: 'UnusableStack' },
      },
    );
    return { id: Id, stackId: StackId };
  }

  async get(id: string, signal: AbortSignal): Promise<ChangeSetState> {
    const changes: Change[] = [];
    let next: string | undefined;
    for (let page = 1; ; page += 1) {
      const read: DescribeChangeSetOutput = await this.#caller.call(
        (abortSignal) =>
          this.#client.send(
            new DescribeChangeSetCommand({
              ChangeSetName: id,
              IncludePropertyValues: true,
              ...(next && { NextToken: next }),
            }),
            { abortSignal },
          ),
        {
          operation: 'describe the change set',
          permission: 'cloudformation:DescribeChangeSet on it',
          signal,
        },
      );
      changes.push(
        ...(read.Changes ?? []).flatMap(({ ResourceChange }) =>
          ResourceChange === undefined ? [] : [readChange(ResourceChange)],
        ),
      );
      next = read.NextToken;
      if (next === undefined || page === MAX_PAGES) {
        return { status: read.Status ?? '', reason: read.StatusReason ?? '', changes };
      }
    }
  }

  async execute(id: string, token: string, signal: AbortSignal): Promise<void> {
    const command = new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: token });
    await this.#caller.call((abortSignal) => this.#client.send(command, { abortSignal }), {
      operation: 'carry out the change set',
      permission: 'cloudformation:ExecuteChangeSet on it',
      signal,
      codes: { InvalidChangeSetStatus: 'UnusableStack' },
    });
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteChangeSetCommand({ ChangeSetName: id });
    await this.#caller.call((abortSignal) => this.#client.send(command, { abortSignal }), {
      operation: 'delete the change set',
      permission: 'cloudformation:DeleteChangeSet on it',
      signal,
    });
  }
}
