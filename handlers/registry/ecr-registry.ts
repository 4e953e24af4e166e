/** What the host name of a private Amazon ECR registry says. */
export interface EcrRegistry {
  readonly accountId: string;
  readonly region: string;
  readonly fips: boolean;
}

/**
 * `<account>.dkr.ecr.<region>.<suffix>`, `dkr.ecr-fips`, and the dual-stack `dkr-ecr.<region>.on.aws`.
 * The suffixes are those of AWS's partitions and no others: an ECR login is sent to these hosts.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
 */
const ECR_HOST = new RegExp(
  '^(?<account>[0-9]{12})\\.' +
    '(?:dkr\\.ecr(?<fips>-fips)?\\.(?<region>[a-z0-9-]+)\\.' +
    '(?:amazonaws\\.com|amazonaws\\.com\\.cn|amazonaws\\.eu|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|csp\\.hci\\.ic\\.gov|cloud\\.adc-e\\.uk)' +
    '|dkr-ecr(?<dualFips>-fips)?\\.(?<dualRegion>[a-z0-9-]+)\\.on\\.(?:aws|amazonwebservices\\.com\\.cn))$',
);

/** Undefined for a host that is no private ECR registry. */
export function findEcrRegistry(registry: string): EcrRegistry | undefined {
  const parts = ECR_HOST.exec(registry)?.groups;
  const region = parts?.region ?? parts?.dualRegion;
  if (parts?.account === undefined || region === undefined) return undefined;
  return {
    accountId: parts.account,
    region,
    fips: parts.fips !== undefined || parts.dualFips !== undefined,
  };
}
