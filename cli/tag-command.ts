import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import { formatImageSelector, type ImageSelector } from '../handlers/oci/image-selector.ts';
import { clientConfiguration } from './aws-client.ts';
import type { Output } from './output.ts';
import type { TagOptions } from './program.ts';
import { EcrReleaseImages } from './release-image-store.ts';
import { SsmReleaseParameter } from './release-parameter-store.ts';
import { tag } from './tag.ts';
import { tagDocument, tagLine, tagNotes } from './tag-report.ts';
import { SYSTEM_TIMING } from './timing.ts';

/** `deploytime tag`: wires the clients, and says what came of it. */
export async function runTag(
  selector: ImageSelector,
  options: TagOptions,
  place: {
    readonly output: Output;
    readonly environment: NodeJS.ProcessEnv;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { output, environment, signal } = place;
  const configuration = clientConfiguration(options, environment);
  const ecr = new ECRClient(configuration);
  const ssm = new SSMClient(configuration);
  try {
    const images = new EcrReleaseImages(ecr, {
      repositoryName: options.repository,
      ...(options.registryId !== undefined && { registryId: options.registryId }),
    });
    const parameter = new SsmReleaseParameter(ssm, {
      name: options.parameter,
      tags: options.tags ?? new Map(),
      timing: SYSTEM_TIMING,
    });
    const outcome = await tag(
      {
        selector,
        pin: options.pin ?? false,
        platform: options.platform,
        waitSeconds: options.wait,
        allowOlder: options.allowOlder ?? false,
        dryRun: options.dryRun ?? false,
      },
      {
        images,
        parameter,
        timing: SYSTEM_TIMING,
        signal,
        onPause: (seconds) =>
          output.stderr.passing(
            `waiting for ${formatImageSelector(selector)} in ${images.repository}: ${seconds} of ${options.wait} s`,
          ),
      },
    );
    const names = { parameter: options.parameter, repository: options.repository };
    output.result(tagDocument(outcome, names), [tagLine(outcome, options.parameter)]);
    for (const note of tagNotes(outcome, images.repository)) output.note(note);
  } finally {
    ecr.destroy();
    ssm.destroy();
  }
}
