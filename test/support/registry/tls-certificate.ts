import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getWitness } from '../witness.ts';

const run = promisify(execFile);

/** No test runs longer. */
const VALID_DAYS = 2;

/** A certificate for servers on this machine, which is its own authority. */
export interface TlsCertificate extends AsyncDisposable {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** What a client is to trust, for `NODE_EXTRA_CA_CERTS`. */
  readonly certFile: string;
  readonly keyFile: string;
  /** A folder with `ca.crt` alone: for skopeo's `--src-cert-dir` and `--dest-cert-dir`. */
  readonly certDir: string;
  /** Removes the files. */
  remove(): Promise<void>;
}

/**
 * Makes one for 127.0.0.1, localhost and the names given.
 * @throws Error where openssl is missing.
 */
export async function makeTlsCertificate(...names: readonly string[]): Promise<TlsCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'deploytime-tls-'));
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const certDir = join(folder, 'trusted');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const alternatives = ['IP:127.0.0.1', ...['localhost', ...names].map((name) => `DNS:${name}`)];
    await run(getWitness('openssl'), [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', keyFile, '-out', certFile, '-days', String(VALID_DAYS), '-subj', '/CN=deploytime test'],
      ...['-addext', `subjectAltName=${alternatives.join(',')}`],
    ]);
    await mkdir(certDir);
    await copyFile(certFile, join(certDir, 'ca.crt'));
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    return { cert, key, certFile, keyFile, certDir, remove, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
