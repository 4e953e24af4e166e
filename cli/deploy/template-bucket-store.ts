import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AwsCaller } from '../aws-caller.ts';
import type { AccountPlace } from '../caller-identity-store.ts';
import { CliError } from '../cli-error.ts';
import { type BucketState, EXPIRY_DAYS, type TemplateBuckets } from './template-bucket.ts';

const UPLOAD_EXPIRY_DAYS = 1;
/** Of a bucket that is not used, also after an interruption. */
const DELETION_LIMIT_MS = 15_000;
/** The one Region that a bucket must not be told to be in. */
const FIRST_REGION = 'us-east-1';

/** Buckets in S3. Each call says whose bucket it must be: names are of the whole world. */
export class S3TemplateBuckets implements TemplateBuckets {
  readonly #client: S3Client;
  readonly #caller: AwsCaller;
  readonly #place: AccountPlace;

  constructor(client: S3Client, place: AccountPlace) {
    this.#client = client;
    this.#place = place;
    this.#caller = new AwsCaller({ service: 'S3', region: place.region });
  }

  async look(bucket: string, signal: AbortSignal): Promise<BucketState> {
    return this.#caller.call(
      async (abortSignal): Promise<BucketState> => {
        try {
          await this.#client.send(new HeadBucketCommand(this.#own(bucket)), { abortSignal });
          return 'here';
        } catch (error) {
          // A HEAD has no body that would say more.
          switch (statusOf(error)) {
            case 404:
              return 'missing';
            case 403:
              return 'refused';
            case 301:
            case 400:
              return 'elsewhere';
            default:
              throw error;
          }
        }
      },
      { operation: `look for the bucket ${bucket}`, permission: 's3:ListBucket on it', signal },
    );
  }

  async create(bucket: string, signal: AbortSignal): Promise<void> {
    const { region } = this.#place;
    const create = new CreateBucketCommand({
      Bucket: bucket,
      ObjectOwnership: 'BucketOwnerEnforced',
      ...(region !== FIRST_REGION && {
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    });
    const call = (work: (abortSignal: AbortSignal) => Promise<unknown>, permission: string) =>
      this.#caller.call(work, {
        operation: `create the bucket ${bucket}`,
        permission: `${permission} on it`,
        signal,
        codes: { BucketAlreadyExists: 'Usage' },
      });
    await call((abortSignal) => this.#client.send(create, { abortSignal }), 's3:CreateBucket');
    try {
      await this.#close(bucket, call);
    } catch (error) {
      // It is empty. What is left of it would be taken for one that is closed.
      throw (await this.#isDeleted(bucket)) ? error : leftOpen(bucket, error);
    }
  }

  async #isDeleted(bucket: string): Promise<boolean> {
    const abortSignal = AbortSignal.timeout(DELETION_LIMIT_MS);
    return this.#client.send(new DeleteBucketCommand(this.#own(bucket)), { abortSignal }).then(
      () => true,
      () => false,
    );
  }

  /** Private, encrypted, by TLS alone, and emptied by itself. */
  async #close(
    bucket: string,
    call: (work: (abortSignal: AbortSignal) => Promise<unknown>, permission: string) => Promise<unknown>,
  ): Promise<void> {
    const own = this.#own(bucket);
    const block = new PutPublicAccessBlockCommand({
      ...own,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    const encryption = new PutBucketEncryptionCommand({
      ...own,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    const policy = new PutBucketPolicyCommand({ ...own, Policy: tlsPolicy(bucket, this.#place.partition) });
    const lifecycle = new PutBucketLifecycleConfigurationCommand({
      ...own,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'expire',
            Status: 'Enabled',
            Filter: { Prefix: '' },
            Expiration: { Days: EXPIRY_DAYS },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: UPLOAD_EXPIRY_DAYS },
          },
        ],
      },
    });
    await call((abortSignal) => this.#client.send(block, { abortSignal }), 's3:PutBucketPublicAccessBlock');
    await call(
      (abortSignal) => this.#client.send(encryption, { abortSignal }),
      's3:PutEncryptionConfiguration',
    );
    await call((abortSignal) => this.#client.send(policy, { abortSignal }), 's3:PutBucketPolicy');
    await call(
      (abortSignal) => this.#client.send(lifecycle, { abortSignal }),
      's3:PutLifecycleConfiguration',
    );
  }

  async put(
    { bucket, key, body }: { readonly bucket: string; readonly key: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#own(bucket),
      Key: key,
      Body: body,
      ContentType: 'application/json',
    });
    await this.#caller.call((abortSignal) => this.#client.send(command, { abortSignal }), {
      operation: `take the template into the bucket ${bucket}`,
      permission: `s3:PutObject on ${key}`,
      signal,
      codes: { NoSuchBucket: 'Usage', PermanentRedirect: 'Usage' },
    });
  }

  #own(bucket: string) {
    return { Bucket: bucket, ExpectedBucketOwner: this.#place.accountId };
  }
}

function leftOpen(bucket: string, error: unknown): unknown {
  if (!(error instanceof CliError)) return error;
  const left = `The bucket ${bucket} is there, and not as it should be: delete it`;
  return new CliError(error.code, `${error.message}. ${left}`, { cause: error });
}

function tlsPolicy(bucket: string, partition: string): string {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
