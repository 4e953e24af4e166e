import { isUtf8 } from 'node:buffer';
import { ProviderError } from '../errors.ts';

/** Of a path, and of a symlink's target: far more than a layer needs, and little enough to keep all of them in memory. */
export const MAX_PATH_BYTES = 1_024;
/** Folders within folders. */
export const MAX_PATH_DEPTH = 256;
const MAX_QUOTED_LENGTH = 200;

/**
 * A path within a layer, out of the bytes that name it. `.` and doubled slashes are left out, as the kernel does.
 * @returns Empty for the root itself.
 * @throws ProviderError `InvalidRequest` for a path that leads out of the layer, or that not every system reads alike.
 */
export function parsePath(bytes: Uint8Array): string {
  if (bytes.length > MAX_PATH_BYTES) {
    throw refused(bytes, `has ${bytes.length} bytes; ${MAX_PATH_BYTES} are allowed`);
  }
  const text = utf8(bytes, 'the name');
  if (text.includes('\0')) throw refused(bytes, 'has a NUL in its name');
  if (text.startsWith('/'))
    throw refused(bytes, 'is an absolute path; paths from the root of the layer are allowed');
  if (text.includes('\\')) throw refused(bytes, 'has a backslash in its name; parts are separated by "/"');
  if (/^[a-z]:/i.test(text))
    throw refused(bytes, 'begins with a drive letter; paths from the root of the layer are allowed');
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused(bytes, 'has ".." in its path; paths within the layer are allowed');
  if (parts.length > MAX_PATH_DEPTH) {
    throw refused(bytes, `is ${parts.length} levels deep; ${MAX_PATH_DEPTH} are allowed`);
  }
  return parts.join('/');
}

/**
 * A symlink's target. It may be absolute and lead anywhere: nothing follows it.
 * @throws ProviderError `InvalidRequest` where no file system could hold it.
 */
export function parseTarget(path: string, bytes: Uint8Array): string {
  if (bytes.length === 0) throw refused(path, 'is a symlink without a target');
  if (bytes.length > MAX_PATH_BYTES) throw targetTooLong(path, bytes.length);
  const target = utf8(bytes, `the target of the symlink ${quote(path)}`);
  if (target.includes('\0')) throw refused(path, 'is a symlink whose target has a NUL');
  return target;
}

export function targetTooLong(path: string, length: number): ProviderError {
  return refused(path, `is a symlink with a target of ${length} bytes; ${MAX_PATH_BYTES} are allowed`);
}

/** A sentence about one entry. */
export function refused(path: string | Uint8Array, why: string): ProviderError {
  return new ProviderError('InvalidRequest', `${quote(path)} ${why}`);
}

/** A foreign name for a message: on one line, and not longer than a reader wants. */
export function quote(path: string | Uint8Array): string {
  const text = typeof path === 'string' ? path : Buffer.from(path).toString('utf8');
  const short = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function utf8(bytes: Uint8Array, what: string): string {
  if (!isUtf8(bytes)) {
    throw new ProviderError(
      'InvalidRequest',
      `${what}, ${quote(bytes)}, is not UTF-8, which is what is allowed`,
    );
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
