import { CliError, type CliErrorCode } from './cli-error.ts';
import { printable } from './printable-text.ts';

/** What was asked of an AWS service. */
export interface AwsCall {
  /** `ECR` */
  readonly service: string;
  readonly region: string;
  /** What the service was to do: `describe an image`. */
  readonly operation: string;
  /** The action that the caller must be allowed, and on what. */
  readonly permission: string;
  readonly signal: AbortSignal;
  /** Codes for errors of this service, by their name. Default: none. */
  readonly codes?: Readonly<Record<string, CliErrorCode>>;
}

const ACCESS =
  /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|RequestExpired|OptInRequired/;
/** There were none to sign with. */
const CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|ProviderError)$/;
const THROTTLING = /Throttl|TooManyRequests|TooManyUpdates|RequestLimitExceeded|SlowDown/;
const HTTP_TOO_MANY_REQUESTS = 429;
const HTTP_SERVER_FAULT = 500;

/**
 * Turns an error of an SDK's call into ours; the SDK has already tried again what could be.
 * An aborted signal keeps its reason.
 */
export function failureOfAws(error: unknown, call: AwsCall): unknown {
  const { service, region, operation, permission, signal, codes = {} } = call;
  if (signal.aborted) return signal.reason;
  if (error instanceof CliError || !(error instanceof Error)) return error;
  const { $fault, $metadata } = error as { $fault?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  const name = printable(error.name);
  const said = error.message === '' ? name : `${name}: ${printable(error.message)}`;
  const fail = (code: CliErrorCode, text: string) => new CliError(code, text, { cause: error });

  const known = codes[error.name];
  if (known !== undefined) return fail(known, `${service} in ${region} refused to ${operation} (${said})`);
  if (error.message === 'Region is missing') {
    return fail('Usage', 'No Region is set: give --region, or set AWS_REGION or a profile that has one');
  }
  if (CREDENTIALS.test(error.name)) {
    return fail(
      'AccessDenied',
      `There are no AWS credentials to ${operation} with; log in, or name a profile with --profile (${printable(error.message)})`,
    );
  }
  if (ACCESS.test(error.name)) {
    return fail(
      'AccessDenied',
      `${service} in ${region} refused to ${operation}; ${permission} is needed (${said})`,
    );
  }
  if (THROTTLING.test(error.name) || status === HTTP_TOO_MANY_REQUESTS) {
    return fail(
      'Unreachable',
      `${service} in ${region} asked to slow down until the last try to ${operation} (${said})`,
    );
  }
  if (status >= HTTP_SERVER_FAULT) {
    return fail(
      'Unreachable',
      `${service} in ${region} was out of order and could not ${operation} (${said})`,
    );
  }
  if ($fault === undefined && isBreak(error)) {
    return fail('Unreachable', `${service} in ${region} was not reached to ${operation} (${breakOf(error)})`);
  }
  return fail('Unexpected', `${service} in ${region} refused to ${operation} (${said})`);
}

/** Node's and the SDK's errors of connections; Node's codes for what a program does wrong are none. */
function isBreak(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return error.name === 'TimeoutError' || (typeof code === 'string' && !/^ERR_(?!TLS|SSL)/.test(code));
}

function breakOf(error: Error): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return [code ?? error.name, printable(message)].filter((part) => part !== '').join(': ');
}
