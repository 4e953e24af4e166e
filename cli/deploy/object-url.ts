import type { AccountPlace } from '../caller-identity-store.ts';

/** DNS suffixes by partition, where it is not the one of the commercial Regions. */
const SUFFIXES: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};

/**
 * Where CloudFormation finds an object: plain, for it reads with the caller's own permissions.
 * @param object.endpoint Of an account that is not AWS's own.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function objectUrl(
  object: { readonly bucket: string; readonly key: string; readonly endpoint: string | undefined },
  { partition, region }: Pick<AccountPlace, 'partition' | 'region'>,
): string {
  const { bucket, key, endpoint } = object;
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
  return `https://${bucket}.s3.${region}.${SUFFIXES[partition] ?? 'amazonaws.com'}/${key}`;
}
