import { formatLayerArn, type LayerArn, parseLayerArn } from '../layers/arn.ts';
import { type Fingerprint, isFingerprint } from '../layers/fingerprint.ts';
import type { AnswerCodec } from './answer-memory.ts';

/** What a Custom::LayerFingerprint answers, and what it was made of. */
export interface LayerAnswer {
  readonly layer: LayerArn;
  /** Of the layer: the one that is answered, and the one that the source named. */
  readonly version: number;
  readonly latestVersion: number;
  readonly fingerprint: Fingerprint;
  /** SHA-256 of the answered version's archive, in Base64. */
  readonly codeSha256: string;
  /** Hash of what was excluded. */
  readonly exclusion: string;
}

/**
 * Answers in physical ids:
 *
 *     answer := fingerprint "." code "." exclusion "." version "." latest "." <ARN of the layer>
 *
 * `fingerprint` and `code` are SHA-256 in 43 characters of Base64 for URLs, `exclusion` are 12 hex digits. With the
 * longest ARN that Lambda takes an answer has 268 characters, and an id 588.
 *
 * The number in the prefix is that of the fingerprint's algorithm: with another one nothing remembered would hold.
 */
export const layerAnswerCodec: AnswerCodec<LayerAnswer> = {
  prefix: 'layer-fingerprint-v1',
  encode: ({ layer, version, latestVersion, fingerprint, codeSha256, exclusion }) =>
    [
      Buffer.from(fingerprint, 'hex').toString('base64url'),
      Buffer.from(codeSha256, 'base64').toString('base64url'),
      exclusion,
      version,
      latestVersion,
      formatLayerArn(layer),
    ].join('.'),
  decode: (text) => {
    const { fingerprint, code, exclusion, version, latest, arn } = ANSWER.exec(text)?.groups ?? {};
    if (!fingerprint || !code || !exclusion) return undefined;
    const hex = Buffer.from(fingerprint, 'base64url').toString('hex');
    const layer = parseLayerArn(arn ?? '');
    if (layer === undefined || !isFingerprint(hex)) return undefined;
    const codeSha256 = Buffer.from(code, 'base64url').toString('base64');
    const versions = { version: Number(version), latestVersion: Number(latest) };
    return { layer, ...versions, fingerprint: hex, codeSha256, exclusion };
  },
};

/** 256 bits in Base64: the last character holds four of them, so that it is one of sixteen. */
const SHA256 = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';
const VERSION = '[1-9][0-9]{0,14}';
const ANSWER = new RegExp(
  `^(?<fingerprint>${SHA256})\\.(?<code>${SHA256})\\.(?<exclusion>[0-9a-f]{12})\\.(?<version>${VERSION})\\.(?<latest>${VERSION})\\.(?<arn>.+)$`,
);
