import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DocDBClient } from '@aws-sdk/client-docdb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRegistryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { LocalError } from './local-error.ts';

/** The account that MiniStack gives to whoever names none. */
const DEFAULT_ACCESS_KEY_ID = '000000000000';
const DEFAULT_SECRET_ACCESS_KEY = 'test';
const DEFAULT_REGION = 'us-east-1';
/** An endpoint that takes longer hangs, in milliseconds; the SDK alone would wait for minutes. */
const TIME_LIMITS = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

/** An account and Region behind one endpoint, and how to talk to it. */
export interface Account {
  readonly endpoint: URL;
  readonly accountId: string;
  readonly region: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com`: the registry's name in references. */
  readonly registryHost: string;
  /** The Authorization header for the registry. */
  readonly registryAuthorization: string;
  /** What the AWS CLI and the CDK CLI need in their environment to reach it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly cloudFormation: CloudFormationClient;
  readonly documentDb: DocDBClient;
  readonly dynamoDb: DynamoDBClient;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
  readonly scheduler: SchedulerClient;
  readonly ssm: SSMClient;
  readonly stepFunctions: SFNClient;
}

/**
 * Finds out which account an endpoint serves.
 * @param given Region and credentials, as AWS's tools read them from the environment. Default: MiniStack's.
 * @throws LocalError where nothing answers at the endpoint, or something that is no account.
 */
export async function openAccount(endpoint: URL, given: NodeJS.ProcessEnv): Promise<Account> {
  const region = given.AWS_REGION || given.AWS_DEFAULT_REGION || DEFAULT_REGION;
  const variables = {
    AWS_ENDPOINT_URL: endpoint.origin,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: given.AWS_ACCESS_KEY_ID || DEFAULT_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: given.AWS_SECRET_ACCESS_KEY || DEFAULT_SECRET_ACCESS_KEY,
    ...(given.AWS_SESSION_TOKEN && { AWS_SESSION_TOKEN: given.AWS_SESSION_TOKEN }),
  };
  const configuration = {
    endpoint: endpoint.origin,
    region,
    requestHandler: TIME_LIMITS,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY,
      ...(given.AWS_SESSION_TOKEN && { sessionToken: given.AWS_SESSION_TOKEN }),
    },
  };
  const ecr = new ECRClient(configuration);
  const { registryId, token } = await findRegistry(ecr, endpoint);
  return {
    endpoint,
    accountId: registryId,
    region,
    registryHost: `${registryId}.dkr.ecr.${region}.amazonaws.com`,
    registryAuthorization: `Basic ${token}`,
    variables,
    autoScaling: new ApplicationAutoScalingClient(configuration),
    cloudFormation: new CloudFormationClient(configuration),
    documentDb: new DocDBClient(configuration),
    dynamoDb: new DynamoDBClient(configuration),
    ecr,
    ecs: new ECSClient(configuration),
    lambda: new LambdaClient(configuration),
    scheduler: new SchedulerClient(configuration),
    ssm: new SSMClient(configuration),
    stepFunctions: new SFNClient(configuration),
  };
}

async function findRegistry(ecr: ECRClient, endpoint: URL): Promise<{ registryId: string; token: string }> {
  try {
    const { registryId } = await ecr.send(new DescribeRegistryCommand({}));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = authorizationData?.[0]?.authorizationToken;
    if (registryId !== undefined && token !== undefined) return { registryId, token };
  } catch (cause) {
    throw new LocalError(
      `${endpoint.origin} does not answer as an AWS account with ECR does (${reasonOf(cause)}): check AWS_ENDPOINT_URL`,
      undefined,
      { cause },
    );
  }
  throw new LocalError(`${endpoint.origin} has no ECR registry: check AWS_ENDPOINT_URL`);
}

/** An SDK error in a few words; a connection that failed has its reason in the code alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error.message || error.name);
}
