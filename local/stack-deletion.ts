import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFormationClient, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { LocalError } from './local-error.ts';
import { findStack, type StackDescription, stackEvents } from './stack-events.ts';

/** The example's resources go in seconds; the service's log groups and roles too. */
const DELETION_LIMIT_MS = 5 * 60 * 1000;
/** A deployment that was broken off goes on in the account, until the example's ServiceTimeout at the latest. */
const SETTLE_LIMIT_MS = 5 * 60 * 1000;
const POLL_MS = 300;

/**
 * Deletes a stack, and waits for its end; one that is not there is no error. Not by `cdk destroy`: that names the
 * stack by its ARN, which MiniStack takes for a stack that is not there.
 * @throws LocalError where CloudFormation can't delete it, with its reason, or does not in five minutes.
 */
export async function deleteStack(
  client: CloudFormationClient,
  stackName: string,
  signal: AbortSignal,
): Promise<void> {
  const stack = await settledStack(client, stackName, signal);
  if (stack === undefined) return;
  const { stackId } = stack;
  // An attempt before this one may have failed.
  const before = new Set((await stackEvents(client, stackId, signal)).map(({ EventId }) => EventId));
  await client.send(new DeleteStackCommand({ StackName: stackName }), { abortSignal: signal });
  const deadline = performance.now() + DELETION_LIMIT_MS;
  while (performance.now() < deadline) {
    // A deleted stack is found by its id alone.
    const end = (await stackEvents(client, stackId, signal)).findLast(
      ({ EventId, PhysicalResourceId, ResourceStatus }) =>
        !before.has(EventId) &&
        PhysicalResourceId === stackId &&
        /^DELETE_(COMPLETE|FAILED)$/.test(ResourceStatus ?? ''),
    );
    if (end?.ResourceStatus === 'DELETE_COMPLETE') return;
    if (end !== undefined) {
      throw new LocalError(
        `the stack ${stackName} can't be deleted: ${end.ResourceStatusReason || 'CloudFormation gives no reason'}`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new LocalError(
    `the stack ${stackName} was not deleted in ${DELETION_LIMIT_MS / 1000} s: look at its events`,
  );
}

/** CloudFormation deletes no stack that it is at work on. Its status says so; events of one instant have no order. */
async function settledStack(
  client: CloudFormationClient,
  stackName: string,
  signal: AbortSignal,
): Promise<StackDescription | undefined> {
  const deadline = performance.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const stack = await findStack(client, stackName, signal);
    if (!stack?.status.endsWith('_IN_PROGRESS') || stack.status === 'REVIEW_IN_PROGRESS') return stack;
    if (performance.now() >= deadline) {
      throw new LocalError(
        `the stack ${stackName} is still in ${stack.status} after ${SETTLE_LIMIT_MS / 1000} s: look at its events`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
