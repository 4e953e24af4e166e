/** The media types of manifests that a registry takes today. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

const INDEX_TYPES: readonly string[] = [OCI_INDEX, DOCKER_MANIFEST_LIST];
export const MANIFEST_TYPES: readonly string[] = [
  OCI_MANIFEST,
  OCI_INDEX,
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
];

/** A descriptor's fields as they stand in the document. */
export interface DescriptorDocument {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest (config and layers) or an index (manifests), as far as a registry reads it. */
export interface ManifestDocument {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: DescriptorDocument;
  readonly layers?: readonly DescriptorDocument[];
  readonly manifests?: readonly DescriptorDocument[];
  readonly subject?: DescriptorDocument;
}

export class ManifestDocumentError extends Error {}

/**
 * Reads a manifest as strictly as a registry may.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 * @throws ManifestDocumentError
 */
export function parseManifestDocument(bytes: Buffer): ManifestDocument {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ManifestDocumentError('it is no JSON');
  }
  if (!isRecord(document)) throw new ManifestDocumentError('it is no JSON object');
  if (document.schemaVersion !== 2) throw new ManifestDocumentError('its schemaVersion is not 2');
  const isIndex = 'manifests' in document;
  if (isIndex === ('config' in document || 'layers' in document)) {
    throw new ManifestDocumentError('it must be either an index or a manifest');
  }
  const lists = isIndex ? { manifests: document.manifests } : { layers: document.layers };
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list)) throw new ManifestDocumentError(`its ${name} are no list`);
    for (const entry of list) checkDescriptor(entry, name);
  }
  if (!isIndex) checkDescriptor(document.config, 'config');
  if (document.subject !== undefined) checkDescriptor(document.subject, 'subject');
  return document as unknown as ManifestDocument;
}

/** What must be in the repository before the manifest; its subject need not. */
export function descriptorsOf(
  document: ManifestDocument,
): (DescriptorDocument & { readonly kind: 'blob' | 'manifest' })[] {
  const blobs = [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])];
  return [
    ...blobs.map((descriptor) => ({ ...descriptor, kind: 'blob' as const })),
    ...(document.manifests ?? []).map((descriptor) => ({ ...descriptor, kind: 'manifest' as const })),
  ];
}

export function isIndexType(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

/** The one digest algorithm that every registry takes. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

function checkDescriptor(value: unknown, where: string): void {
  if (!isRecord(value)) throw new ManifestDocumentError(`${where} has an entry that is no descriptor`);
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string' || !mediaType.includes('/')) {
    throw new ManifestDocumentError(`${where} has an entry without a media type`);
  }
  if (!isDigest(digest)) throw new ManifestDocumentError(`${where} has an entry without a SHA-256 digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new ManifestDocumentError(`${where} has an entry without a size`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
