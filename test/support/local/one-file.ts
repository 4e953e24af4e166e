import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateStackCommand,
  type Parameter,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Account } from '../../../local/account.ts';
import { findStack } from '../../../local/stack-events.ts';

export const ONE_FILE = join(import.meta.dirname, '..', '..', '..', 'dist', 'deploytime.template.json');
const KEY = 'deploytime.template.json';
/** The service takes some seconds here. */
const LIMIT_SECONDS = 120;

export interface OneFileWish {
  /** Default: `deploytime`. */
  readonly stackName?: string;
  /** Beside those that MiniStack needs. A parameter that an update does not name gets its default again. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** `dist/deploytime.template.json`, as text. */
export function readOneFile(): string {
  if (existsSync(ONE_FILE)) return readFileSync(ONE_FILE, 'utf8');
  throw new Error(`${ONE_FILE} is not there: npm run build -- --only template makes it`);
}

/**
 * Deploys the one file as `aws cloudformation deploy --s3-bucket` does: through a bucket, by the template's URL.
 * @returns the stack's outputs.
 */
export async function deployOneFile(
  account: Account,
  wish: OneFileWish = {},
): Promise<Record<string, string>> {
  const { cloudFormation, endpoint, registryHost } = account;
  const { stackName = 'deploytime', parameters = {} } = wish;
  const isThere = (await findStack(cloudFormation, stackName)) !== undefined;
  const input = {
    StackName: stackName,
    TemplateURL: await upload(account),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    Parameters: asList({
      EndpointOverride: endpoint.origin,
      RegistryHosts: JSON.stringify({ [registryHost]: endpoint.origin }),
      ...parameters,
    }),
  };
  const waiting = { client: cloudFormation, maxWaitTime: LIMIT_SECONDS, minDelay: 1, maxDelay: 1 };
  if (isThere) {
    await cloudFormation.send(new UpdateStackCommand(input));
    await waitUntilStackUpdateComplete(waiting, { StackName: stackName });
  } else {
    await cloudFormation.send(new CreateStackCommand(input));
    await waitUntilStackCreateComplete(waiting, { StackName: stackName });
  }
  return { ...(await findStack(cloudFormation, stackName))?.outputs };
}

/** @returns its URL. */
async function upload({ endpoint, region, variables, accountId }: Account): Promise<string> {
  const s3 = new S3Client({
    endpoint: endpoint.origin,
    region,
    forcePathStyle: true,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const Bucket = `templates-${accountId}`;
  try {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: readOneFile() }));
  } finally {
    s3.destroy();
  }
  return `${endpoint.origin}/${Bucket}/${KEY}`;
}

function asList(parameters: Readonly<Record<string, string>>): Parameter[] {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
}
