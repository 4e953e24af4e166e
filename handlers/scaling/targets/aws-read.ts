import { errorOfAws } from '../../registry/aws-error.ts';
import { outlastThrottling, type Patience } from '../../registry/throttling.ts';

/** A read of an AWS service, as it stands in a message. */
export interface AwsRead {
  /** `DocumentDB` */
  readonly service: string;
  /** What the service was to do: `describe the cluster orders`. */
  readonly operation: string;
  /** What IAM calls it, `rds:DescribeDBClusters`. */
  readonly action: string;
  readonly region: () => Promise<string>;
  readonly patience?: Patience | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads, and waits out throttling.
 * @throws ProviderError as of any call of AWS; what `send` makes of an error that it expects stays with it.
 */
export function readAws<T>(read: AwsRead, send: () => Promise<T>): Promise<T> {
  const { service, operation, action, signal } = read;
  const attempt = async (): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      const hints = { AccessDenied: `the service's role needs ${action}` };
      throw errorOfAws(error, { service, operation, region: await read.region(), hints, signal });
    }
  };
  return outlastThrottling(attempt, { signal, ...read.patience });
}
