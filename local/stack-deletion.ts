import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFormationClient, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { LocalError } from './local-error.ts';
import { stackEvents } from './stack-events.ts';

/** The example's resources go in seconds; the service's log groups and roles too. */
const DELETION_LIMIT_MS = 5 * 60 * 1000;
const POLL_MS = 300;

/**
 * Deletes a stack, and waits for its end. Not by `cdk destroy`: that names the stack by its ARN, which MiniStack
 * takes for a stack that is not there.
 * @throws LocalError where CloudFormation can't delete it, with its reason, or does not in five minutes.
 */
export async function deleteStack(
  client: CloudFormationClient,
  { stackName, stackId }: { readonly stackName: string; readonly stackId: string },
  signal?: AbortSignal,
): Promise<void> {
  await client.send(new DeleteStackCommand({ StackName: stackName }));
  const deadline = performance.now() + DELETION_LIMIT_MS;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    const end = (await stackEvents(client, stackId)).findLast(
      ({ PhysicalResourceId, ResourceStatus }) =>
        PhysicalResourceId === stackId && /^DELETE_(COMPLETE|FAILED)$/.test(ResourceStatus ?? ''),
    );
    if (end?.ResourceStatus === 'DELETE_COMPLETE') return;
    if (end !== undefined) {
      throw new LocalError(
        `the stack ${stackName} can't be deleted: ${end.ResourceStatusReason || 'CloudFormation gives no reason'}`,
      );
    }
    await sleep(POLL_MS);
  }
  throw new LocalError(
    `the stack ${stackName} was not deleted in ${DELETION_LIMIT_MS / 1000} s: look at its events`,
  );
}
