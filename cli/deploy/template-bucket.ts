import { createHash } from 'node:crypto';
import type { AccountPlace } from '../caller-identity-store.ts';
import { CliError } from '../cli-error.ts';
import type { Confirmation } from '../confirmation.ts';

/** `refused`: it is somebody else's, or one that the caller may not look at. `elsewhere`: in another Region. */
export type BucketState = 'here' | 'missing' | 'refused' | 'elsewhere';

/** The buckets that a template may be put into. */
export interface TemplateBuckets {
  look(bucket: string, signal: AbortSignal): Promise<BucketState>;
  /** Private, encrypted, by TLS alone; what is in it expires. */
  create(bucket: string, signal: AbortSignal): Promise<void>;
  put(
    object: { readonly bucket: string; readonly key: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<void>;
}

/** A template is read when its change set is made, and never again. */
export const EXPIRY_DAYS = 30;
/** The qualifier of a CDK bootstrap that nobody gave another one. */
const CDK_QUALIFIER = 'hnb659fds';

/** The bucket that `cdk bootstrap` makes. */
export function cdkBucket({ accountId, region }: AccountPlace): string {
  return `cdk-${CDK_QUALIFIER}-assets-${accountId}-${region}`;
}

/** The bucket that this command makes where there is none. */
export function ownBucket({ accountId, region }: AccountPlace): string {
  return `deploytime-templates-${accountId}-${region}`;
}

/** By its content, so that the same template is there once. */
export function templateKey(body: string, version: string): string {
  return `deploytime/${version}/${createHash('sha256').update(body).digest('hex')}.template.json`;
}

/**
 * Finds the bucket for the template: the one that was named, the CDK's, or this command's own, which is made where a
 * person agrees.
 * @throws CliError `Usage` for a named bucket that can't be used.
 */
export async function chooseBucket(
  { named, place }: { readonly named: string | undefined; readonly place: AccountPlace },
  world: {
    readonly buckets: TemplateBuckets;
    readonly confirmation: Confirmation;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { buckets, confirmation, signal } = world;
  if (named !== undefined) {
    const state = await buckets.look(named, signal);
    if (state === 'here') return named;
    throw new CliError('Usage', `--bucket ${named} can't be used: ${unusable(state, place)}`);
  }
  const shared = cdkBucket(place);
  if ((await buckets.look(shared, signal)) === 'here') return shared;
  const own = ownBucket(place);
  const state = await buckets.look(own, signal);
  if (state === 'here') return own;
  if (state !== 'missing') {
    throw new CliError(
      'Usage',
      `The bucket ${own} can't be used: ${unusable(state, place)}. --bucket names another`,
    );
  }
  await confirmation.confirm(
    {
      question: `Create the bucket ${own} for the template (private, encrypted, TLS only, emptied after ${EXPIRY_DAYS} days)`,
      otherwise: '--bucket names one that is there',
    },
    signal,
  );
  await buckets.create(own, signal);
  return own;
}

function unusable(state: Exclude<BucketState, 'here'>, { accountId, region }: AccountPlace): string {
  switch (state) {
    case 'missing':
      return 'there is no such bucket';
    case 'refused':
      return `it is not of the account ${accountId}, or s3:ListBucket on it is not allowed`;
    case 'elsewhere':
      return `it is not in ${region}, where the stack is`;
  }
}
