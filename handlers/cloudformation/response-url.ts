import type { Environment } from '../environment.ts';
import { ProviderError } from '../errors.ts';

/**
 * Checks that an answer goes to CloudFormation and to nobody else: the request names where to send it, and
 * whoever may invoke the function could name anything.
 * Allowed are this Region's bucket for responses, over HTTPS, and the host of the endpoint override.
 * The message never holds more of the URL than its host: path and query are a credential.
 * @throws ProviderError `InvalidRequest`
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
 */
export function checkResponseUrl(
  responseUrl: string,
  environment: Pick<Environment, 'region' | 'urlSuffix' | 'endpointOverride'>,
): URL {
  if (!URL.canParse(responseUrl)) throw new ProviderError('InvalidRequest', 'The ResponseURL is no URL');
  const url = new URL(responseUrl);
  if (url.username !== '' || url.password !== '') {
    throw new ProviderError('InvalidRequest', 'The ResponseURL holds a user name or password');
  }
  if (environment.endpointOverride && url.host === environment.endpointOverride.host) return url;
  if (url.protocol === 'https:' && url.port === '' && isResponseHost(url.hostname, environment)) return url;
  throw new ProviderError(
    'InvalidRequest',
    `The ResponseURL leads to ${url.protocol}//${url.host}, which is not where CloudFormation takes answers in ${environment.region}`,
  );
}

/** `cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com`, in S3's several ways to write it. */
export function isResponseHost(
  hostname: string,
  { region, urlSuffix }: Pick<Environment, 'region' | 'urlSuffix'>,
): boolean {
  const bucket = `cloudformation-custom-resource-response-${region.replaceAll('-', '')}`;
  return [`s3.${region}`, `s3-${region}`, `s3.dualstack.${region}`, 's3'].some(
    (service) => hostname === `${bucket}.${service}.${urlSuffix}`,
  );
}

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * When the request was made, in milliseconds since the epoch: the event has no time of its own, but its
 * presigned URL was signed then (X-Amz-Date). Undefined where the URL does not tell.
 */
export function findRequestTime(responseUrl: string): number | undefined {
  if (!URL.canParse(responseUrl)) return undefined;
  const match = AMZ_DATE.exec(new URL(responseUrl).searchParams.get('X-Amz-Date') ?? '');
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return Number.isNaN(time) ? undefined : time;
}
