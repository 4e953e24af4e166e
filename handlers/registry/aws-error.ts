import { type ErrorCode, ProviderError } from '../errors.ts';
import { isRecord } from '../oci/descriptor.ts';
import { describeBreak } from './connection-break.ts';
import { printable } from './foreign-text.ts';

/** What was asked of an AWS service, for the message. */
export interface AwsCall {
  /** `ECR` */
  readonly service: string;
  readonly region: string;
  /** What the service was to do: `give a token`. */
  readonly operation: string;
  /** What helps, by the error's code. Default: nothing. */
  readonly hints?: Readonly<Partial<Record<ErrorCode, string>>>;
  /** Whose reason it is where the call ended because of it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns an error of an SDK's call into ours; the SDK has already tried again what could be. An aborted signal keeps
 * its reason, an error of ours is what it is.
 */
export function errorOfAws(error: unknown, call: AwsCall): unknown {
  const { service, region, operation, hints = {}, signal } = call;
  if (signal?.aborted) return signal.reason;
  if (error instanceof ProviderError) return error;
  if (isBreak(error)) {
    const { name, words } = describeBreak(error);
    const said = [hostOf(error), name].filter((part) => part !== '').join(', ');
    const text = `${service} in ${region} was not reached to ${operation}: ${words} (${said})`;
    return new ProviderError('NetworkFailure', text, { cause: error });
  }
  const code = codeOf(error);
  const name = error instanceof Error ? printable(error.name) : 'no error';
  const message = error instanceof Error ? printable(error.message) : '';
  const verb = isOfCaller(error) ? 'refused' : 'failed';
  const hint = hints[code] === undefined ? '' : `; ${hints[code]}`;
  const said = message === '' ? '' : ` (${message})`;
  return new ProviderError(code, `${service} ${verb} to ${operation}: ${name}${hint}${said}`, {
    cause: error,
  });
}

/** What the service answered has a `$fault`; what Node says of a connection has a code, and the SDK's own a name. */
function isBreak(error: unknown): boolean {
  if (!isRecord(error) || error.$fault !== undefined) return false;
  const { name } = describeBreak(error);
  return name !== '' && !NO_BREAK.test(name);
}

/** Node's codes for what a program does wrong; ERR_TLS_… and ERR_SSL_… are the other side's. */
const NO_BREAK = /^ERR_(?!TLS|SSL)/;

/** The host that was not reached, as far as the error tells it. */
function hostOf(error: unknown): string {
  if (!isRecord(error)) return '';
  if (typeof error.hostname === 'string') return printable(error.hostname);
  if (typeof error.address === 'string') return `${error.address}:${error.port}`;
  const [first] = Array.isArray(error.errors) ? error.errors : [];
  return first === undefined ? '' : hostOf(first);
}

const CODES: readonly [pattern: RegExp, code: ErrorCode][] = [
  [/AccessDenied|UnauthorizedOperation|DecryptionFailure|NotAuthorized/, 'AccessDenied'],
  [/ResourceNotFound/, 'NotFound'],
  [/Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded/, 'Throttling'],
  [/LimitExceeded|QuotaExceeded/, 'ServiceLimitExceeded'],
];
const HTTP_TOO_MANY_REQUESTS = 429;
const HTTP_SERVER_ERROR = 500;

function codeOf(error: unknown): ErrorCode {
  if (!isRecord(error)) return 'GeneralServiceException';
  const { name, $metadata } = error;
  const code = CODES.find(([pattern]) => typeof name === 'string' && pattern.test(name))?.[1];
  if (code !== undefined) return code;
  if (isRecord($metadata) && $metadata.httpStatusCode === HTTP_TOO_MANY_REQUESTS) return 'Throttling';
  return isOfCaller(error) ? 'InvalidRequest' : 'GeneralServiceException';
}

/** The SDK says of each error that it has no class for that the caller is at fault, also of a 503. */
function isOfCaller(error: unknown): boolean {
  if (!isRecord(error) || error.$fault !== 'client') return false;
  const status = isRecord(error.$metadata) ? Number(error.$metadata.httpStatusCode ?? 0) : 0;
  return status < HTTP_SERVER_ERROR;
}
