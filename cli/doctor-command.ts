import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfiguration } from './aws-client.ts';
import { getAccountPlace } from './caller-identity-store.ts';
import { EXIT_CODES } from './cli-error.ts';
import { type Verdict, verdictOf } from './doctor/check.ts';
import { doctorDocument, doctorLines } from './doctor/doctor-report.ts';
import { examine } from './doctor/examination.ts';
import { LambdaServiceFunctions } from './doctor/service-function-store.ts';
import { AwsServiceParts } from './doctor/service-part-store.ts';
import { CloudFormationStackResources } from './doctor/stack-resource-store.ts';
import type { Output } from './output.ts';
import { VERSION } from './package-files.ts';
import type { DoctorOptions } from './program.ts';

const VERDICT_CODES: Readonly<Record<Verdict, number>> = {
  healthy: 0,
  unhealthy: EXIT_CODES.Unhealthy,
  undetermined: EXIT_CODES.Undetermined,
};

/**
 * `deploytime doctor`: wires the clients, and says what was found.
 * @returns The exit code: what is wrong is its result, not its failure.
 */
export async function runDoctor(
  options: DoctorOptions,
  place: {
    readonly output: Output;
    readonly environment: NodeJS.ProcessEnv;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { output, environment, signal } = place;
  const configuration = clientConfiguration(options, environment);
  const sts = new STSClient(configuration);
  const cloudFormation = new CloudFormationClient(configuration);
  const lambda = new LambdaClient(configuration);
  const parts = {
    ssm: new SSMClient(configuration),
    sqs: new SQSClient(configuration),
    eventBridge: new EventBridgeClient(configuration),
    ecr: new ECRClient(configuration),
  };
  try {
    const account = await getAccountPlace(sts, signal);
    const service = { ...account, qualifier: options.qualifier ?? '' };
    const examination = await examine({
      functions: new LambdaServiceFunctions(lambda, account.region),
      parts: new AwsServiceParts(parts, account.region),
      stacks: options.stacks ? new CloudFormationStackResources(cloudFormation, account.region) : undefined,
      place: service,
      command: VERSION,
      signal,
      onProgress: (text) => output.stderr.passing(text),
    });
    const paint = output.stdout.colour.bind(output.stdout);
    output.result(doctorDocument(examination, service), doctorLines(examination, service, paint));
    return VERDICT_CODES[verdictOf(examination.checks)];
  } finally {
    for (const client of [sts, cloudFormation, lambda, ...Object.values(parts)]) client.destroy();
  }
}
