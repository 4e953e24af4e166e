import { randomUUID } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfiguration } from './aws-client.ts';
import { getAccountPlace } from './caller-identity-store.ts';
import { AGREED, TerminalConfirmation } from './confirmation.ts';
import { CloudFormationStacks } from './deploy/stack-store.ts';
import { CloudFormationStackResources } from './doctor/stack-resource-store.ts';
import type { Output, Streams } from './output.ts';
import type { RemoveOptions } from './program.ts';
import { removeService } from './remove/removal.ts';
import { removalDocument, removalLines, removalProposalLines } from './remove/removal-report.ts';
import { servicePrefix } from './service/service-name.ts';
import { SYSTEM_TIMING } from './timing.ts';

/** `deploytime remove`: wires the clients, shows what would go, and says what came of it. */
export async function runRemove(
  options: RemoveOptions,
  place: { readonly output: Output; readonly streams: Streams; readonly signal: AbortSignal },
): Promise<void> {
  const { output, streams, signal } = place;
  const configuration = clientConfiguration(options, streams.environment);
  const sts = new STSClient(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  try {
    const account = await getAccountPlace(sts, signal);
    const stackName = options.stackName ?? servicePrefix(options.qualifier ?? '');
    const outcome = await removeService(
      { stackName, dryRun: options.dryRun ?? false, token: randomUUID() },
      {
        stacks: new CloudFormationStacks(cloudFormation, account.region),
        resources: new CloudFormationStackResources(cloudFormation, account.region),
        place: account,
        confirmation: options.yes ? AGREED : new TerminalConfirmation(output.stderr, streams.stdin),
        timing: SYSTEM_TIMING,
        signal,
        onProposal: (proposal) => output.preview([...removalProposalLines(proposal), '']),
        onProgress: (text, { stays }) => output.progress(text, { stays }),
      },
    );
    output.result(removalDocument(outcome, { ...account, stackName }), removalLines(outcome, stackName));
  } finally {
    sts.destroy();
    cloudFormation.destroy();
  }
}
