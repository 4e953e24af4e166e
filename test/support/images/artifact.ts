import { content, descriptorOf, jsonContent } from './content.ts';
import { FORMATS, type Image, manifestOver } from './image.ts';

const IN_TOTO = 'application/vnd.in-toto+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

/**
 * What buildx pushes beside an image: a manifest of the image's kind whose layers are statements about it.
 * @see https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export function buildAttestation({ root }: Image): Image {
  const statement = jsonContent(IN_TOTO, {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ name: 'app', digest: { sha256: root.digest.replace('sha256:', '') } }],
    predicate: {},
  });
  const config = jsonContent(FORMATS.oci.config, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [statement.digest] },
  });
  return manifestOver({ mediaType: FORMATS.oci.manifest, config, layers: [statement], fields: {} });
}

/**
 * Something in a registry that is no image: a chart, a signature. With a subject it refers to another manifest.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
 */
export function buildArtifact(
  options: { readonly artifactType?: string; readonly text?: string; readonly subject?: Image } = {},
): Image {
  const { artifactType = 'application/vnd.example.chart.v1', text = 'an artifact', subject } = options;
  return manifestOver({
    mediaType: FORMATS.oci.manifest,
    config: content(EMPTY, Buffer.from('{}')),
    layers: [content('application/vnd.example.chart.content.v1', Buffer.from(text))],
    fields: { artifactType, ...(subject !== undefined && { subject: descriptorOf(subject.root) }) },
  });
}
