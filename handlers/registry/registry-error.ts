import { type ErrorCode, ProviderError } from '../errors.ts';
import { isRecord } from '../oci/descriptor.ts';
import { describeBreak } from './connection-break.ts';
import { printable } from './foreign-text.ts';
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
  const { name, words, isLasting } = describeBreak(error);
  return new RegistryError(
    'NetworkFailure',
    `${describe(operation)} failed: ${words} (${host}${name === '' ? '' : `, ${name}`})`,
    { cause: error, retry: isLasting ? 'never' : 'transient' },
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
