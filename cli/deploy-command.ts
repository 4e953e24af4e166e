import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfiguration } from './aws-client.ts';
import { getAccountPlace } from './caller-identity-store.ts';
import { CliError } from './cli-error.ts';
import { AGREED, type Confirmation, TerminalConfirmation } from './confirmation.ts';
import { CloudFormationChangeSets } from './deploy/change-set-store.ts';
import { deployDocument, deployLines } from './deploy/deploy-report.ts';
import { type DeployRequest, deploy } from './deploy/deployment.ts';
import { objectUrl } from './deploy/object-url.ts';
import { proposalLines } from './deploy/proposal-lines.ts';
import { readServiceTemplate, type ServiceTemplate } from './deploy/service-template.ts';
import { CloudFormationStacks } from './deploy/stack-store.ts';
import { S3TemplateBuckets } from './deploy/template-bucket-store.ts';
import { checkGivenParameters, QUALIFIER_PARAMETER } from './deploy/template-parameters.ts';
import type { Output, Streams } from './output.ts';
import { TEMPLATE_FILE } from './package-files.ts';
import type { DeployOptions } from './program.ts';
import { servicePrefix } from './service/service-name.ts';
import { SYSTEM_TIMING } from './timing.ts';

/** `deploytime deploy`: wires the clients, shows what would change, and says what came of it. */
export async function runDeploy(
  options: DeployOptions,
  place: { readonly output: Output; readonly streams: Streams; readonly signal: AbortSignal },
): Promise<void> {
  const { output, streams, signal } = place;
  const { environment } = streams;
  const template = await readTemplateFile(options.template ?? TEMPLATE_FILE);
  const request = readRequest(options, template);
  const configuration = clientConfiguration(options, environment);
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  const sts = new STSClient(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  // A bucket is no host name of an endpoint that is not AWS's own.
  const s3 = new S3Client({ ...configuration, forcePathStyle: endpoint !== undefined });
  try {
    const account = await getAccountPlace(sts, signal);
    const confirmation: Confirmation = options.yes
      ? AGREED
      : new TerminalConfirmation(output.stderr, streams.stdin);
    const shown = output.isJson ? output.stderr : output.stdout;
    const paint = shown.colour.bind(shown);
    const outcome = await deploy(request, {
      stacks: new CloudFormationStacks(cloudFormation, account.region),
      changeSets: new CloudFormationChangeSets(cloudFormation, account.region),
      buckets: new S3TemplateBuckets(s3, account),
      place: account,
      objectUrl: (bucket, key) => objectUrl({ bucket, key, endpoint }, account),
      confirmation,
      timing: SYSTEM_TIMING,
      signal,
      onProposal: (proposal) => output.preview([...proposalLines(proposal, paint), '']),
      onProgress: (text, { stays }) => output.progress(text, { stays }),
    });
    output.result(deployDocument(outcome), deployLines(outcome));
    if (outcome.left !== undefined) output.note(outcome.left);
  } finally {
    for (const client of [sts, cloudFormation, s3]) client.destroy();
  }
}

function readRequest(options: DeployOptions, template: ServiceTemplate): DeployRequest {
  const { parameter = new Map<string, string>(), qualifier } = options;
  if (qualifier !== undefined && parameter.has(QUALIFIER_PARAMETER)) {
    throw new CliError(
      'Usage',
      `--qualifier and --parameter ${QUALIFIER_PARAMETER}=… say the same: give one of them`,
    );
  }
  const given = new Map([
    ...parameter,
    ...(qualifier === undefined ? [] : [[QUALIFIER_PARAMETER, qualifier] as const]),
  ]);
  checkGivenParameters(template, given);
  return {
    stackName: options.stackName ?? servicePrefix(given.get(QUALIFIER_PARAMETER) ?? ''),
    template,
    given,
    bucket: options.bucket,
    allowDowngrade: options.allowDowngrade ?? false,
    dryRun: options.dryRun ?? false,
    token: randomUUID(),
  };
}

/** @throws CliError `Usage` with the way to get it where it isn't there. */
async function readTemplateFile(path: string): Promise<ServiceTemplate> {
  try {
    return readServiceTemplate(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const remedy =
      code === 'ENOENT'
        ? 'the package has it; in a clone npm run build makes it'
        : `the file can't be read (${code})`;
    throw new CliError('Usage', `The template of the service is not at ${path}: ${remedy}`, { cause: error });
  }
}
