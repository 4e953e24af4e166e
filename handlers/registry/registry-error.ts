import { type ErrorCode, ProviderError } from '../errors.ts';
import { isRecord } from '../oci/descriptor.ts';
import { redact } from '../redaction.ts';
import { WRITE_PERMISSION } from './write-permission.ts';

/** Whether a later try may end better. `wrong-content`: a digest or size that is not the one named. */
export type Retry = 'never' | 'transient' | 'wrong-content';

/** Which side of a copy failed. */
export type Role = 'source' | 'destination';

/** What was being done, for the message. */
export interface Operation {
  readonly role: Role;
  /** `registry/repository`, with tag or digest where it has one. */
  readonly subject: string;
  /** In the -ing form: `reading the manifest`. */
  readonly action: string;
}

/** What a response says of its failure. */
export interface Refusal {
  readonly status: number;
  /** As much of the body as was read. */
  readonly body: string;
  readonly retryAfterMs?: number | undefined;
  /** Whether the request carried a login or a token that one was exchanged for. */
  readonly authenticated: boolean;
}

/** A failure at a registry. Its message says which operation failed, on which side, and what the registry answered. */
export class RegistryError extends ProviderError {
  override readonly name: string = 'RegistryError';
  readonly retry: Retry;
  /** What the registry asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** The registry's own error codes, such as `MANIFEST_UNKNOWN`. */
  readonly registryCodes: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      retry?: Retry;
      retryAfterMs?: number | undefined;
      status?: number;
      registryCodes?: readonly string[];
    } = {},
  ) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retry = options.retry ?? 'never';
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.registryCodes = options.registryCodes ?? [];
  }

  /** The same failure, with another view of whether it may pass. */
  withRetry(retry: Retry): RegistryError {
    return this.#with(this.message, retry);
  }

  /** The same failure, not to be tried again. */
  asFinal(attempts: number): RegistryError {
    const tries = this.retry !== 'never' && attempts > 1 ? ` (tried ${attempts} times)` : '';
    return this.#with(this.message + tries, 'never');
  }

  #with(message: string, retry: Retry): RegistryError {
    return new RegistryError(this.code, message, {
      cause: this.cause,
      retry,
      retryAfterMs: this.retryAfterMs,
      ...(this.status !== undefined && { status: this.status }),
      registryCodes: this.registryCodes,
    });
  }
}

const MAX_DETAIL_LENGTH = 300;
const MAX_REGISTRY_ERRORS = 3;

/** The error for a response that is none of those the operation hoped for. */
export function errorOfRefusal(operation: Operation, refusal: Refusal): RegistryError {
  const { status, body, retryAfterMs, authenticated } = refusal;
  const details = parseErrorBody(body);
  const codes = details.map(({ code }) => code).filter((code) => code !== '');
  const code = codeOfRefusal(status, body, authenticated);
  const said = details
    .map(({ code: name, message }) => [name, message].filter((part) => part !== '').join(': '))
    .join('; ');
  const wait =
    retryAfterMs === undefined ? '' : `; it asks to wait ${Math.ceil(retryAfterMs / 1_000)} seconds`;
  const text = `${describe(operation)} failed with HTTP status ${status}${said === '' ? '' : ` (${said})`}${wait}${hint(operation.role, code, authenticated)}`;
  return new RegistryError(code, text, {
    status,
    registryCodes: codes,
    retryAfterMs,
    retry: isTransientStatus(status) ? 'transient' : 'never',
  });
}

/** The error for content that is not what its digest or size says. */
export function wrongContent(operation: Operation, what: string): RegistryError {
  return new RegistryError('GeneralServiceException', `${describe(operation)} failed: ${what}`, {
    retry: 'wrong-content',
  });
}

/** The error for an answer that breaks the protocol. */
export function malformedAnswer(operation: Operation, what: string, retry: Retry = 'never'): RegistryError {
  return new RegistryError('GeneralServiceException', `${describe(operation)} failed: ${what}`, { retry });
}

/**
 * The error for an exchange that broke off, or never began. Our own errors, and those of another side that came
 * through a stream, are what they are.
 */
export function errorOfBreak(operation: Operation, host: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const name = errorName(error);
  return new RegistryError(
    'NetworkFailure',
    `${describe(operation)} failed: ${wordsForBreak(name)} (${host}${name === '' ? '' : `, ${name}`})`,
    { cause: error, retry: isLasting(name) ? 'never' : 'transient' },
  );
}

/** The error for content that the other side stopped taking. */
export function stalled(operation: Operation, stallMs: number): RegistryError {
  return new RegistryError(
    'NetworkFailure',
    `${describe(operation)} failed: nothing was taken for ${stallMs / 1_000} seconds`,
    { retry: 'transient' },
  );
}

/** `Destination 1.dkr.ecr.…/app: uploading the blob sha256:…`. */
export function describe({ role, subject, action }: Operation): string {
  return `${role === 'source' ? 'Source' : 'Destination'} ${subject}: ${action}`;
}

/** Text of another side as it may stand in a message: one line, printable, bounded, without secrets. */
export function printable(text: string, maxLength: number = MAX_DETAIL_LENGTH): string {
  const clean = redact(text.slice(0, 4 * maxLength))
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean;
}

/**
 * Reads the errors out of a body.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
function parseErrorBody(body: string): { code: string; message: string }[] {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return [];
  }
  if (!isRecord(document)) return [];
  // Token servers have one error instead of a list: `details` is Docker's, `error_description` is RFC 6749's.
  const list = Array.isArray(document.errors)
    ? document.errors
    : [{ code: document.error, message: document.error_description ?? document.message ?? document.details }];
  return list.slice(0, MAX_REGISTRY_ERRORS).flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const code = typeof entry.code === 'string' ? printable(entry.code, 60) : '';
    const message = typeof entry.message === 'string' ? printable(entry.message) : '';
    return code === '' && message === '' ? [] : [{ code, message }];
  });
}

function codeOfRefusal(status: number, body: string, authenticated: boolean): ErrorCode {
  if (status === 429 || /TOOMANYREQUESTS|ThrottlingException|Rate exceeded/.test(body)) return 'Throttling';
  if (/LimitExceeded|LIMIT_EXCEEDED|QUOTA|quota/.test(body)) return 'ServiceLimitExceeded';
  if (status === 401) return authenticated ? 'InvalidCredentials' : 'AccessDenied';
  if (status === 403) return 'AccessDenied';
  if (status === 404) return 'NotFound';
  if (status === 408) return 'NetworkFailure';
  return 'GeneralServiceException';
}

/** 408, 425 and 429 ask for another try; so do failures behind a gateway and of the server itself. */
function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

function hint(role: Role, code: ErrorCode, authenticated: boolean): string {
  if (role === 'source' && code === 'AccessDenied' && !authenticated) {
    return '; it is not there, or it needs a login (SourceCredentials)';
  }
  if (role === 'source' && code === 'InvalidCredentials') return '; the login was refused';
  if (role === 'destination' && code === 'AccessDenied') return `; ${WRITE_PERMISSION}`;
  return '';
}

/** What went wrong, in words, by the error's name. */
const BREAKS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name look-up failed',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the content stalled',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the content was cut',
};

function wordsForBreak(name: string): string {
  return BREAKS[name] ?? (isLasting(name) ? 'its certificate is not trusted' : 'the connection broke off');
}

/** Failures that another try meets again: no such host, a certificate that does not hold. */
function isLasting(name: string): boolean {
  return (
    name === 'ENOTFOUND' ||
    name.startsWith('CERT_') ||
    name.startsWith('ERR_TLS_CERT') ||
    name.includes('SELF_SIGNED') ||
    name.startsWith('UNABLE_TO_')
  );
}

function errorName(error: unknown): string {
  if (!isRecord(error)) return '';
  if (typeof error.code === 'string' && error.code !== '') return printable(error.code, 60);
  // An AggregateError of several addresses, and wrappers, have it further in.
  const [first] = Array.isArray(error.errors) ? error.errors : [];
  return first === undefined ? '' : errorName(first);
}
