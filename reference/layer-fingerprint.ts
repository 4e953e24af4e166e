import {
  type LAYER_FINGERPRINT_ATTRIBUTES,
  LAYER_FINGERPRINT_TYPE,
  layerFingerprintSchema,
} from '../handlers/resources/layer-fingerprint-properties.ts';
import type { ResourceTypeReference } from './resource-type.ts';

export const layerFingerprint: ResourceTypeReference<(typeof LAYER_FINGERPRINT_ATTRIBUTES)[number]> = {
  type: LAYER_FINGERPRINT_TYPE,
  name: 'layer-fingerprint',
  schema: layerFingerprintSchema,
  common: {
    ServiceTimeout: 'It bounds the request, download included: 300 is enough.',
    DeploymentId: 'Without it a new version is seen only where another property changes.',
  },
  attributes: {
    Fingerprint:
      '64 hexadecimal digits: the same as `deploytime fingerprint` and `LayerFingerprint.ofDirectory()` of the construct give for the files with the same Exclude',
    LayerVersionArn:
      'a version with this content, for `Layers`: use this one, it changes when the content does',
    LatestLayerVersionArn: 'the version that the property names now; it moves with each build',
    Version: 'the number at the end of LayerVersionArn',
    CodeSha256: "of that version's zip, in Base64, as Lambda tells it",
    Description: "`Depend on: <name>@<the fingerprint's first 12 digits>`, at most 256 characters",
  },
  errors: {
    InvalidRequest:
      'a property is wrong; none or several sources are given; the parameter holds something else; another Region; a zip that can be no layer',
    NotFound: 'no such version, layer or parameter',
    AccessDenied:
      "another account does not share the version, `ParameterPattern` leaves the parameter out, or another account's layer is named by LayerName",
    ServiceLimitExceeded:
      'a zip over 300 MiB, contents over 262,144,000 bytes or 100,000 entries, a layer with more than 5,000 versions',
    Throttling: 'SSM or Lambda asked to slow down for as long as there was time',
    NotStabilized: 'it was not answered until ServiceTimeout was over',
    NetworkFailure: 'the zip did not arrive, also after retries',
    GeneralServiceException: 'the zip is not what Lambda tells of it, also after retries',
  },
};
