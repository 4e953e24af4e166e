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
 * Names that a VPC endpoint may resolve to a private address: the account's own registry, and S3, where ECR
 * keeps blobs and CloudFormation takes answers. AWS alone decides where these names lead; a name such as
 * `ec2-….compute.amazonaws.com` leads wherever an instance's owner likes.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
function isEndpointInVpc(hostname: string, { accountId, region, urlSuffix }: Environment): boolean {
  return (
    hostname === `${accountId}.dkr.ecr.${region}.${urlSuffix}` ||
    hostname === `s3.${region}.${urlSuffix}` ||
    hostname.endsWith(`.s3.${region}.${urlSuffix}`)
  );
}
