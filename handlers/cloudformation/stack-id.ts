/** What a stack's ARN tells. */
export interface StackId {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
}

const STACK_ARN =
  /^arn:(?<partition>aws[a-z-]*):cloudformation:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):stack\/(?<stackName>[A-Za-z][A-Za-z0-9-]*)\/[A-Za-z0-9-]+$/;

/**
 * Reads `arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>`; undefined for any other text.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export function parseStackId(text: string): StackId | undefined {
  const { partition, region, accountId, stackName } = STACK_ARN.exec(text)?.groups ?? {};
  if (!partition || !region || !accountId || !stackName) return undefined;
  return { partition, region, accountId, stackName };
}
