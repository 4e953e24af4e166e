import { createHash } from 'node:crypto';
import { ProviderError } from '../errors.ts';
import type { Outbound } from '../network/outbound.ts';
import { SYSTEM_TIMING, type Timing } from '../registry/retry-policy.ts';
import { formatLayerVersionArn } from './arn.ts';
import type { Exclusion } from './exclusion.ts';
import type { Fingerprint } from './fingerprint.ts';
import { JointWork } from './joint-work.ts';
import { ArchiveFolders } from './layer-archive-folders.ts';
import { DownloadError, type DownloadRetry, downloadArchive } from './layer-download.ts';
import type { LayerStore, LayerVersion } from './layer-store.ts';
import { LAYER_LIMITS } from './limits.ts';
import { fingerprintZip } from './zip.ts';

/** What layer versions contain. */
export interface LayerContents {
  /**
   * The fingerprint of a version's content without what is excluded.
   * @throws ProviderError where the archive can't be had, or is none that a layer may have.
   */
  fingerprintOf(version: LayerVersion, exclusion: Exclusion, signal: AbortSignal): Promise<Fingerprint>;
}

/** Tries in all. Content that is not what Lambda tells is rarely right later. */
const ATTEMPTS: Readonly<Record<DownloadRetry, number>> = { never: 1, transient: 4, 'wrong-content': 2 };
/** The first wait, in milliseconds; it doubles with each further one. */
const FIRST_DELAY_MS = 500;
/** So many fingerprints are kept for later requests: more layers than a stack has. */
const MAX_KEPT = 100;

/**
 * Downloads archives, and keeps the fingerprints of what it has seen while the function stays warm: an archive's
 * SHA-256 and the exclusion tell all of it, so that what is kept is never out of date. Requests of one instance that
 * ask for the same share one download.
 */
export class DownloadedContents implements LayerContents {
  readonly #store: LayerStore;
  readonly #outbound: Outbound;
  readonly #timing: Timing;
  readonly #folders = new ArchiveFolders();
  readonly #downloads = new JointWork<Fingerprint>();
  readonly #kept = new Map<string, Fingerprint>();

  /** @param ports.timing Default: the system's. */
  constructor(ports: {
    readonly store: LayerStore;
    readonly outbound: Outbound;
    readonly timing?: Timing;
  }) {
    this.#store = ports.store;
    this.#outbound = ports.outbound;
    this.#timing = ports.timing ?? SYSTEM_TIMING;
  }

  async fingerprintOf(
    version: LayerVersion,
    exclusion: Exclusion,
    signal: AbortSignal,
  ): Promise<Fingerprint> {
    checkSize(version);
    const key = `${version.codeSha256} ${hashOfExclusion(exclusion)}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const fingerprint = await this.#downloads.join(key, signal, (shared) =>
      this.#download(version, exclusion, shared),
    );
    this.#keep(key, fingerprint);
    return fingerprint;
  }

  async #download(version: LayerVersion, exclusion: Exclusion, signal: AbortSignal): Promise<Fingerprint> {
    let located = version;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#folders.use(async (file) => {
          await downloadArchive({ outbound: this.#outbound, version: located, file, signal });
          return fingerprintZip(file, {
            exclude: exclusion,
            signal,
            name: formatLayerVersionArn(version.arn),
          });
        });
      } catch (error) {
        if (!(error instanceof DownloadError)) throw error;
        if (attempt >= ATTEMPTS[error.retry]) throw error.after(attempt);
      }
      const limitMs = FIRST_DELAY_MS * 2 ** (attempt - 1);
      await this.#timing.sleep(limitMs / 2 + (limitMs / 2) * this.#timing.random(), signal);
      // A location holds for ten minutes, and a copy of the version may have moved: each try gets a fresh one.
      located = await this.#locate(version, signal);
    }
  }

  async #locate(version: LayerVersion, signal: AbortSignal): Promise<LayerVersion> {
    const located = await this.#store.findVersion(version.arn, signal);
    if (located !== undefined) return located;
    throw new ProviderError(
      'NotFound',
      `The layer version ${formatLayerVersionArn(version.arn)} was deleted while its content was read`,
    );
  }

  #keep(key: string, fingerprint: Fingerprint): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
    this.#kept.set(key, fingerprint);
  }
}

/** Twelve hex digits that tell whether two exclusions are the same. The order of patterns means nothing. */
export function hashOfExclusion({ patterns }: Exclusion): string {
  const canonical = JSON.stringify([...new Set(patterns)].sort());
  return createHash('sha256').update(canonical).digest('hex').slice(0, HASH_LENGTH);
}

const HASH_LENGTH = 12;

/** @throws ProviderError before a byte of it is downloaded. */
function checkSize({ arn, codeSizeBytes }: LayerVersion): void {
  if (codeSizeBytes <= LAYER_LIMITS.archiveBytes) return;
  throw new ProviderError(
    'ServiceLimitExceeded',
    `The archive of ${formatLayerVersionArn(arn)} has ${codeSizeBytes} bytes; ${LAYER_LIMITS.archiveBytes} are allowed, which is more than a layer of the 250 MB that Lambda unpacks needs`,
  );
}
