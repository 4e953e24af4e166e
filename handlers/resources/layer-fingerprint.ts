import type { Resource } from '../cloudformation/resource.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { StackStatuses } from '../cloudformation/stack-status.ts';
import { formatLayerVersionArn } from '../layers/arn.ts';
import { parseMemory, rememberingId } from './answer-memory.ts';
import { inquire, type LayerInquiryPorts } from './layer-fingerprint-inquiry.ts';
import { type LayerAnswer, layerAnswerCodec } from './layer-fingerprint-memory.ts';
import {
  LAYER_FINGERPRINT_TYPE,
  type LayerFingerprintProperties,
  layerFingerprintRules,
  layerFingerprintSchema,
} from './layer-fingerprint-properties.ts';
import { mayNameLayer } from './layer-fingerprint-source.ts';
import { answerUpdate } from './replay.ts';

/** What Custom::LayerFingerprint works with. */
export interface LayerFingerprintPorts extends LayerInquiryPorts {
  readonly statuses: StackStatuses;
}

/** Tells what a layer contains, as a hash that changes only when the content does. */
export function layerFingerprint(ports: LayerFingerprintPorts): Resource<LayerFingerprintProperties> {
  return {
    type: LAYER_FINGERPRINT_TYPE,
    schema: layerFingerprintSchema,
    rules: layerFingerprintRules,
    create: async (request, properties, { signal }) => {
      const answer = await inquire(ports, { properties, signal });
      return present(answer, rememberingId(layerAnswerCodec, { answer, properties: request.properties }));
    },
    update: (request, properties, { signal }) => {
      const before = parseMemory(layerAnswerCodec, request.physicalResourceId)?.present.answer;
      return answerUpdate({
        codec: layerAnswerCodec,
        request,
        statuses: ports.statuses,
        log: ports.log,
        signal,
        ask: (limited) => inquire(ports, { properties, signal: limited, ...(before && { before }) }),
        fits: ({ layer }) => mayNameLayer(properties, layer),
        present,
      });
    },
    // Nothing was made.
    delete: async () => {},
  };
}

function present(answer: LayerAnswer, physicalResourceId: string): Answer {
  const { layer, version, latestVersion, fingerprint, codeSha256 } = answer;
  return {
    physicalResourceId,
    attributes: {
      Fingerprint: fingerprint,
      LayerVersionArn: formatLayerVersionArn({ ...layer, version }),
      LatestLayerVersionArn: formatLayerVersionArn({ ...layer, version: latestVersion }),
      Version: String(version),
      CodeSha256: codeSha256,
      Description: describeDependency(layer.layerName, fingerprint),
    },
  };
}

/** Of the fingerprint, so many digits are enough to tell two contents apart. */
const SHORT_FINGERPRINT = 12;

/** A Lambda function's description holds 256 characters; a layer's name has fewer than 140. */
function describeDependency(layerName: string, fingerprint: string): string {
  return `Depend on: ${layerName}@${fingerprint.slice(0, SHORT_FINGERPRINT)}`;
}
