import { delimiter, dirname } from 'node:path';

/** A function as Lambda knows it, as far as it matters to its process. */
export interface FunctionConfiguration {
  readonly functionName: string;
  /** The folder with its code, as an absolute path. */
  readonly taskRoot: string;
  /** Module and export. Default `index.handler`. */
  readonly handler?: string;
  /** In MB; the process is killed when its resident memory grows over it. Default 128, Lambda's own. */
  readonly memoryMb?: number;
  /** Default 3, Lambda's own. Fractions are allowed here. */
  readonly timeoutSeconds?: number;
  /** The longest that an init may take before it is started anew within the invocation. Default 10 000, Lambda's own. */
  readonly initLimitMs?: number;
  /** The function's own variables. Nothing else of this process's environment reaches it, except PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
  /** Default `aws`. */
  readonly partition?: string;
  /** Default: credentials that no account knows. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /**
   * Stops the process between invocations, as Lambda does: timers and connections stand still until the next event.
   * Default false: what goes on after an answer goes on here.
   */
  readonly freezes?: boolean;
}

export const DEFAULT_MEMORY_MB = 128;
export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_INIT_LIMIT_MS = 10_000;
export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_ACCOUNT_ID = '000000000000';
const DEFAULT_PARTITION = 'aws';
const DEFAULT_CREDENTIALS = { accessKeyId: DEFAULT_ACCOUNT_ID, secretAccessKey: 'local' };
/**
 * Parts of the memory that the runtime lets V8 use for old objects, and for each half of the young ones, in percent.
 * Beyond them the heap is full, and the process aborts, before the whole memory is used up.
 */
const OLD_SPACE_PERCENT = 90;
const SEMI_SPACE_PERCENT = 5;

/** `arn:aws:lambda:<region>:<account>:function:<name>` */
export function functionArn(configuration: FunctionConfiguration): string {
  const {
    partition = DEFAULT_PARTITION,
    region = DEFAULT_REGION,
    accountId = DEFAULT_ACCOUNT_ID,
    functionName,
  } = configuration;
  return `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`;
}

/** V8's limits as Lambda's Node runtime sets them, by the function's memory. */
export function nodeOptions({ memoryMb = DEFAULT_MEMORY_MB }: FunctionConfiguration): string[] {
  const percent = (share: number) => Math.max(1, Math.floor((memoryMb * share) / 100));
  return [
    '--expose-gc',
    `--max-old-space-size=${percent(OLD_SPACE_PERCENT)}`,
    `--max-semi-space-size=${percent(SEMI_SPACE_PERCENT)}`,
  ];
}

/**
 * The environment of a function's process.
 * @param runtimeApi Host and port of the Runtime API.
 * @param logStreamName Names this one process's log.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function functionEnvironment(
  configuration: FunctionConfiguration,
  runtimeApi: string,
  logStreamName: string,
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = configuration.credentials ?? DEFAULT_CREDENTIALS;
  const region = configuration.region ?? DEFAULT_REGION;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...configuration.environment,
    // These are Lambda's, whatever the function's own variables say.
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb ?? DEFAULT_MEMORY_MB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${configuration.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: configuration.taskRoot,
    _HANDLER: configuration.handler ?? 'index.handler',
  };
}
