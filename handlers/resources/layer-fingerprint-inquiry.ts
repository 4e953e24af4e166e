import { ProviderError } from '../errors.ts';
import { formatLayerVersionArn, isSameLayer, type LayerVersionArn } from '../layers/arn.ts';
import { type Exclusion, parseExclusion } from '../layers/exclusion.ts';
import type { Fingerprint } from '../layers/fingerprint.ts';
import { hashOfExclusion, type LayerContents } from '../layers/layer-contents.ts';
import type { LayerVersion } from '../layers/layer-store.ts';
import { type LayerAnswer, layerAnswerCodec } from './layer-fingerprint-memory.ts';
import type { LayerFingerprintProperties } from './layer-fingerprint-properties.ts';
import { type LayerSourcePorts, locate } from './layer-fingerprint-source.ts';

export interface LayerInquiryPorts extends LayerSourcePorts {
  readonly contents: LayerContents;
  readonly log: {
    info(message: string, fields: Record<string, unknown>): void;
    warn(message: string, fields: Record<string, unknown>): void;
  };
}

/**
 * Asks the world: which version the source names now, and what it contains. Where the version answered before is of
 * the same layer, still there and of the same content, it is answered again.
 * @param inquiry.before The answer of last time. Default: there was none.
 */
export async function inquire(
  ports: LayerInquiryPorts,
  inquiry: {
    readonly properties: LayerFingerprintProperties;
    readonly before?: LayerAnswer;
    readonly signal: AbortSignal;
  },
): Promise<LayerAnswer> {
  const { properties, before, signal } = inquiry;
  const latest = await locate(ports, properties, signal);
  const reader = new Reader(ports, { exclusion: properties.Exclude ?? parseExclusion(), before, signal });
  const fingerprint = await reader.read(latest);
  const { version, reason } = await choose(reader, { latest, fingerprint, before });
  ports.log.info(`${formatLayerVersionArn(version.arn)} is answered`, {
    reason,
    latestVersion: latest.arn.version,
  });
  const answer: LayerAnswer = {
    layer: version.arn,
    version: version.arn.version,
    latestVersion: latest.arn.version,
    fingerprint,
    codeSha256: version.codeSha256,
    exclusion: reader.exclusionHash,
  };
  return before !== undefined && isSameAnswer(answer, before) ? before : answer;
}

/** What was excluded is no attribute: it alone makes no other answer, and no other physical id. */
function isSameAnswer(answer: LayerAnswer, before: LayerAnswer): boolean {
  const { encode } = layerAnswerCodec;
  return encode({ ...answer, exclusion: before.exclusion }) === encode(before);
}

interface Choice {
  readonly version: LayerVersion;
  readonly reason: string;
}

/** Asks only as much of the version before as the choice needs. */
async function choose(
  reader: Reader,
  known: {
    readonly latest: LayerVersion;
    readonly fingerprint: Fingerprint;
    readonly before: LayerAnswer | undefined;
  },
): Promise<Choice> {
  const { latest, fingerprint, before } = known;
  const take = (reason: string): Choice => ({ version: latest, reason });
  if (before === undefined) return take('nothing was answered before');
  // Whoever names another layer wants that one: the former may be about to go.
  if (!isSameLayer(before.layer, latest.arn)) return take('another layer was answered before');
  if (before.version === latest.arn.version) return take('it was answered before');
  const isOfSameExclusion = before.exclusion === reader.exclusionHash;
  if (isOfSameExclusion && before.fingerprint !== fingerprint) return take('the content has changed');

  const former = await reader.findFormer({ ...before.layer, version: before.version });
  if (former === undefined) return take('the version answered before is gone');
  if ((await reader.read(former)) !== fingerprint) return take('the content has changed');
  return { version: former, reason: 'its content is that of the version answered before' };
}

/** Reads contents, and goes no further than it must: the same archive, or one that is remembered, is not read again. */
class Reader {
  readonly exclusionHash: string;
  readonly #ports: LayerInquiryPorts;
  readonly #exclusion: Exclusion;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Fingerprint>();

  constructor(
    ports: LayerInquiryPorts,
    given: {
      readonly exclusion: Exclusion;
      readonly before: LayerAnswer | undefined;
      readonly signal: AbortSignal;
    },
  ) {
    const { exclusion, before, signal } = given;
    this.#ports = ports;
    this.#exclusion = exclusion;
    this.#signal = signal;
    this.exclusionHash = hashOfExclusion(exclusion);
    if (before?.exclusion === this.exclusionHash) this.#known.set(before.codeSha256, before.fingerprint);
  }

  async read(version: LayerVersion): Promise<Fingerprint> {
    const known = this.#known.get(version.codeSha256);
    if (known !== undefined) return known;
    const fingerprint = await this.#ports.contents.fingerprintOf(version, this.#exclusion, this.#signal);
    this.#known.set(version.codeSha256, fingerprint);
    return fingerprint;
  }

  /** Another account's version that was deleted is one that we may not see. */
  async findFormer(arn: LayerVersionArn): Promise<LayerVersion | undefined> {
    try {
      return await this.#ports.layers.findVersion(arn, this.#signal);
    } catch (error) {
      if (!(error instanceof ProviderError && error.code === 'AccessDenied')) throw error;
      this.#ports.log.warn('The version answered before can no longer be seen', { error });
      return undefined;
    }
  }
}
