import assert from 'node:assert/strict';
import {
  CreateStackCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { Account } from '../../../local/account.ts';
import { deleteStack } from '../../../local/stack-deletion.ts';
import { findStack, stackEvents } from '../../../local/stack-events.ts';
import { waitFor } from '../../../local/wait-for.ts';

const NEVER = new AbortController().signal;
/** The stacks of all examples are deployed at the same time, on a machine that may be busy. */
const STACK_LIMIT_MS = 3 * 60_000;
const CAPABILITIES = ['CAPABILITY_IAM'] as const;

export type Values = Readonly<Record<string, string>>;

/** The outputs of a stack that is there. */
export async function outputsOf({ cloudFormation }: Account, stackName: string): Promise<Values> {
  const stack = await findStack(cloudFormation, stackName);
  assert.ok(stack, `there is no stack ${stackName}`);
  return stack.outputs;
}

/** A stack of an example, as `aws cloudformation deploy` makes, changes and deletes it. */
export class ExampleStack {
  readonly #account: Account;
  readonly name: string;

  constructor(account: Account, name: string) {
    this.#account = account;
    this.name = name;
  }

  /** Creates the stack where it is not there, and updates it otherwise. @returns its outputs. */
  async deploy(template: string, parameters: Values): Promise<Values> {
    const { cloudFormation } = this.#account;
    const before = await findStack(cloudFormation, this.name);
    const input = {
      StackName: this.name,
      TemplateBody: template,
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: [...CAPABILITIES],
    };
    await cloudFormation.send(
      before === undefined ? new CreateStackCommand(input) : new UpdateStackCommand(input),
    );
    const what = `the stack ${this.name}`;
    const stack = await waitFor({ what, limitMs: STACK_LIMIT_MS, signal: NEVER }, async () => {
      const found = await findStack(cloudFormation, this.name);
      return found?.status.endsWith('_IN_PROGRESS') ? undefined : found;
    });
    const expected = before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    assert.equal(stack.status, expected, await this.#failures());
    return stack.outputs;
  }

  /** The physical ids of its resources, by their logical ids. */
  async resources(): Promise<Values> {
    const { StackResources = [] } = await this.#account.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: this.name }),
    );
    return Object.fromEntries(
      StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
  }

  async delete(): Promise<void> {
    const { cloudFormation } = this.#account;
    await deleteStack(cloudFormation, this.name, NEVER);
    assert.equal(await findStack(cloudFormation, this.name), undefined);
  }

  async #failures(): Promise<string> {
    const events = await stackEvents(this.#account.cloudFormation, this.name);
    return events
      .filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('_FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .join('\n');
  }
}
