import type { AccountPlace } from '../caller-identity-store.ts';
import { CliError } from '../cli-error.ts';
import type { Confirmation } from '../confirmation.ts';
import { getServiceTemplate } from '../deploy/service-stack.ts';
import { qualifierIn } from '../deploy/service-template.ts';
import { deletionGoesOn, startDeletion } from '../deploy/stack-deletion.ts';
import { firstFailure, followOperation } from '../deploy/stack-operation.ts';
import { isAtRest, type PresentStack } from '../deploy/stack-state.ts';
import type { Stacks } from '../deploy/stack-store.ts';
import { QUALIFIER_PARAMETER } from '../deploy/template-parameters.ts';
import { findServiceUses, type StackResources } from '../doctor/service-use.ts';
import type { Timing } from '../timing.ts';
import { namesCopy, namesOnlyOthers } from './named-copy.ts';

/** What `deploytime remove` was asked for. */
export interface RemovalRequest {
  readonly stackName: string;
  readonly dryRun: boolean;
  /** Of this run: what is tried again with it is done once. */
  readonly token: string;
}

export interface RemovalWorld {
  readonly stacks: Stacks;
  readonly resources: StackResources;
  readonly place: AccountPlace;
  readonly confirmation: Confirmation;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** What would go, before anybody agrees to it. */
  readonly onProposal: (proposal: RemovalProposal) => void;
  readonly onProgress: (text: string, options: { readonly stays: boolean }) => void;
}

export interface RemovalProposal {
  readonly stackName: string;
  readonly place: AccountPlace;
  readonly qualifier: string;
  readonly resources: number;
}

/** What came of it. */
export interface RemovalOutcome {
  /** Undefined: there was no stack. */
  readonly proposal: RemovalProposal | undefined;
  readonly result: 'removed' | 'none' | 'shown';
}

/** More of them are counted, not named. */
const MAX_NAMED = 10;

/**
 * Deletes the service's stack where no stack uses the service.
 * @throws CliError `InUse` with those that do; `Undetermined` where that can't be found out.
 */
export async function removeService(request: RemovalRequest, world: RemovalWorld): Promise<RemovalOutcome> {
  const { stackName, dryRun, token } = request;
  const { stacks, resources, place, confirmation, signal, onProgress } = world;
  onProgress(`looking at the stack ${stackName}`, { stays: false });
  const stack = await stacks.find(stackName, signal);
  if (stack === undefined) return { proposal: undefined, result: 'none' };
  const qualifier = await checkStack(stack, world);
  const users = await usersOf(qualifier, world);
  if (users.length > 0) throw inUse(users);

  const own = await resources.resourcesOf(stack.id, signal);
  const proposal = { stackName, place, qualifier, resources: own.length };
  world.onProposal(proposal);
  if (dryRun) return { proposal, result: 'shown' };
  await confirmation.confirm(
    {
      question: `Remove the service with its stack ${stackName}`,
      otherwise: '--dry-run only shows what would go',
    },
    signal,
  );
  const former = await stacks.newEvents(stack.id, new Set(), signal);
  await startDeletion(stackName, `remove-${token}`, world);
  const operation = { stackId: stack.id, stackName, resources: own.length, former };
  const { status, events } = await followOperation(operation, world).catch((error: unknown) => {
    throw deletionGoesOn(stackName, error, signal);
  });
  if (status === 'DELETE_COMPLETE') return { proposal, result: 'removed' };
  throw new CliError(
    'DeploymentFailed',
    `The stack ${stackName} is ${status}: ${firstFailure(events)}. Once that is out of the way: deploytime remove`,
  );
}

/** @returns The qualifier of the copy that it is. */
async function checkStack(stack: PresentStack, world: RemovalWorld): Promise<string> {
  const { name, status } = stack;
  if (status === 'REVIEW_IN_PROGRESS') {
    throw new CliError(
      'UnusableStack',
      `The stack ${name} is ${status}: a change set was made for it, and nothing was deployed. aws cloudformation delete-stack --stack-name ${name} takes it away`,
    );
  }
  if (!isAtRest(status)) {
    throw new CliError(
      'UnusableStack',
      `The stack ${name} is ${status}: something is going on with it. Try again when it is done: aws cloudformation describe-stacks --stack-name ${name} says so`,
    );
  }
  const body = await getServiceTemplate(stack, world);
  return stack.parameters.get(QUALIFIER_PARAMETER) ?? qualifierIn(body) ?? '';
}

/**
 * The names of the stacks that use this copy. Whatever has a type of the service, and isn't known for sure to use
 * another copy, uses this one; what has none does where its template names this copy.
 */
async function usersOf(
  qualifier: string,
  { stacks, resources, signal, onProgress }: RemovalWorld,
): Promise<readonly string[]> {
  const reading = await findServiceUses(resources, {
    signal,
    onLook: (looked, all) =>
      onProgress(`looking for stacks that use it: ${looked} of ${all}`, { stays: false }),
  });
  const [unknown] = reading.isKnown ? reading.value.unknown : [reading];
  if (!reading.isKnown || unknown !== undefined) {
    throw new CliError(
      'Undetermined',
      `Whether a stack uses the service can't be found out, and it is not removed without (${unknown?.because})`,
    );
  }
  const { uses, untold } = reading.value;
  const users = new Map<string, string>();
  for (const [stackId, name] of new Map(uses.map((use) => [use.stackId, use.stack]))) {
    const template = await stacks.getTemplate(stackId, signal);
    if (!namesOnlyOthers(template, qualifier)) users.set(stackId, name);
  }
  for (const { id, name } of untold) {
    if (namesCopy(await stacks.getTemplate(id, signal), qualifier)) users.set(id, name);
  }
  return [...users.values()].toSorted();
}

function inUse(names: readonly string[]): CliError {
  const rest = names.length - MAX_NAMED;
  const named = `${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return new CliError(
    'InUse',
    `${names.length === 1 ? 'A stack uses' : `${names.length} stacks use`} the service, and could be neither updated nor deleted without it: ${named}. Take the service's resources out of them first; deploytime doctor names those of the service's types`,
  );
}
