import { type ErrorCode, ProviderError } from '../errors.ts';
import { quote } from './path.ts';

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'NotFound',
  EACCES: 'AccessDenied',
  EPERM: 'AccessDenied',
};

/** What the operating system said when something was to be read, as a sentence. */
export function readFailure(path: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const { code = 'an error without a code' } = error as NodeJS.ErrnoException;
  const what = path === '' ? 'it' : quote(path);
  const why = code === 'ENOENT' ? 'is not there' : `can't be read (${code})`;
  return new ProviderError(CODES[code] ?? 'InvalidRequest', `${what} ${why}`, { cause: error });
}

/** Puts the layer's name in front of whatever is wrong with it. */
export function naming<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw named(name, error);
  }
}

export function named(name: string, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  return new ProviderError(error.code, `${name} has no fingerprint: ${error.message}`, { cause: error });
}
