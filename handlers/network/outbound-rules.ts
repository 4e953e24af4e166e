import type { Environment } from '../environment.ts';
import type { OutboundRules } from './outbound.ts';

/** What this service may connect to in the place where it runs. */
export function outboundRulesOf(environment: Environment): OutboundRules {
  const { registryHosts, endpointOverride } = environment;
  return {
    redirectedHosts: registryHosts,
    trustedHosts: new Set(endpointOverride ? [endpointOverride.host] : []),
    mayBePrivate: (hostname) => isEndpointInVpc(hostname, environment),
  };
}

/**
 * Names that a VPC endpoint may resolve to a private address: the Region's ECR registries, of any account, and S3,
 * where ECR keeps blobs and CloudFormation takes answers. AWS alone decides where these names lead; a name such as
 * `ec2-….compute.amazonaws.com` leads wherever an instance's owner likes.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
 */
function isEndpointInVpc(hostname: string, environment: Environment): boolean {
  return isEcrRegistry(hostname, environment) || isS3(hostname, environment);
}

const ACCOUNT_ID = /^[0-9]{12}$/;
/** What dual-stack names end in, in AWS's partitions and in China's. */
const DUAL_STACK_SUFFIXES = ['on.aws', 'on.amazonwebservices.com.cn'];

/** `<account>.dkr.ecr.<region>.<suffix>`, with FIPS, dual-stack. */
function isEcrRegistry(hostname: string, { region, urlSuffix }: Environment): boolean {
  const dot = hostname.indexOf('.');
  if (!ACCOUNT_ID.test(hostname.slice(0, dot))) return false;
  const service = hostname.slice(dot + 1);
  return ['', '-fips'].some(
    (fips) =>
      service === `dkr.ecr${fips}.${region}.${urlSuffix}` ||
      DUAL_STACK_SUFFIXES.some((suffix) => service === `dkr-ecr${fips}.${region}.${suffix}`),
  );
}

/** S3 itself and each bucket, in the Region's several names and in the one without a Region. */
function isS3(hostname: string, { region, urlSuffix }: Environment): boolean {
  return [`s3.${region}`, `s3-${region}`, `s3.dualstack.${region}`, 's3']
    .map((service) => `${service}.${urlSuffix}`)
    .some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
