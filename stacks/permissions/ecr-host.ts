/** Where a private ECR registry is, as its host says. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
}

/**
 * How the host of a private ECR registry begins: `<account>.dkr.ecr.<region>.`, FIPS and dual-stack alike. The
 * partition's suffix is not looked at, since an ARN has no place for it.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 */
const ECR_HOST = /^(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\./;

/** Undefined for a host that is no private ECR registry. */
export function findEcrHost(host: string): EcrHost | undefined {
  const { account, region } = ECR_HOST.exec(host)?.groups ?? {};
  return account === undefined || region === undefined ? undefined : { account, region };
}
