import { isRecord } from '../oci/descriptor.ts';
import { printable } from './foreign-text.ts';

/** How a connection failed. */
export interface ConnectionBreak {
  /** The error's own name for it, such as `ECONNREFUSED`; empty where it has none. */
  readonly name: string;
  /** The same in words. */
  readonly words: string;
  /** Whether another try would meet it again: no such host, a certificate that does not hold. */
  readonly isLasting: boolean;
}

/** What went wrong, in words, by the error's name. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name look-up failed',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'no answer came in time',
  // The AWS SDK's, for a connection that did not come about and for content that stalled.
  TimeoutError: 'nothing came in time',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the content stalled',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the content was cut',
};

/** What Node, undici or the AWS SDK say of a connection that broke off, or never began. */
export function describeBreak(error: unknown): ConnectionBreak {
  const name = nameOf(error);
  const isLasting = name === 'ENOTFOUND' || isCertificateFault(name);
  return { name, isLasting, words: WORDS[name] ?? wordsFor(name) };
}

function wordsFor(name: string): string {
  return isCertificateFault(name) ? 'its certificate is not trusted' : 'the connection broke off';
}

function isCertificateFault(name: string): boolean {
  return (
    name.startsWith('CERT_') ||
    name.startsWith('ERR_TLS_CERT') ||
    name.includes('SELF_SIGNED') ||
    name.startsWith('UNABLE_TO_')
  );
}

const MAX_NAME_LENGTH = 60;

function nameOf(error: unknown): string {
  if (!isRecord(error)) return '';
  if (typeof error.code === 'string' && error.code !== '') return printable(error.code, MAX_NAME_LENGTH);
  if (error.name === 'TimeoutError') return error.name;
  // An AggregateError of several addresses, and wrappers, have it further in.
  const [first] = Array.isArray(error.errors) ? error.errors : [];
  return first === undefined ? '' : nameOf(first);
}
