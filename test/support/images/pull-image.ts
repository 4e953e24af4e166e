import { type Content, type ContentDescriptor, content } from './content.ts';
import { eachOnce, FORMATS, type Image } from './image.ts';
import { RegistrySession, type RepositoryAddress } from './registry-session.ts';

const INDEX_TYPES: readonly string[] = [FORMATS.oci.index, FORMATS.docker.index];
const ACCEPT = [...INDEX_TYPES, FORMATS.oci.manifest, FORMATS.docker.manifest].join(', ');

/** The fields that are followed. */
interface Manifest {
  readonly config?: ContentDescriptor;
  readonly layers?: readonly (ContentDescriptor & { readonly urls?: readonly string[] })[];
  readonly manifests?: readonly ContentDescriptor[];
}

/**
 * Reads an image with everything below it, and checks each digest, size and media type.
 * @param reference A tag or a digest.
 * @throws Error at the first thing that is missing or another than it should be.
 */
export async function pullImage(address: RepositoryAddress, reference: string): Promise<Image> {
  const session = new RegistrySession(address);
  const root = await pullManifest(session, reference);
  const {
    manifests: entries = [],
    config,
    layers = [],
  } = JSON.parse(root.bytes.toString('utf8')) as Manifest;
  const children: Image[] = [];
  for (const entry of entries) {
    const child = await pullImage(address, entry.digest);
    check(`manifests/${entry.digest}`, child.root, entry);
    if (child.root.mediaType !== entry.mediaType) {
      throw new Error(`manifests/${entry.digest} is ${child.root.mediaType}, not ${entry.mediaType}`);
    }
    children.push(child);
  }
  const blobs: Content[] = [];
  for (const descriptor of [...(config === undefined ? [] : [config]), ...layers]) {
    if ('urls' in descriptor) continue;
    blobs.push(await pullBlob(session, descriptor));
  }
  return {
    root,
    manifests: [...eachOnce(children.flatMap((child) => child.manifests)), root],
    blobs: eachOnce([...children.flatMap((child) => child.blobs), ...blobs]),
  };
}

async function pullManifest(session: RegistrySession, reference: string): Promise<Content> {
  const path = `manifests/${reference}`;
  const response = await session.send({ method: 'GET', path, headers: { accept: ACCEPT }, expected: [200] });
  const mediaType = response.headers.get('content-type') ?? '';
  const manifest = content(mediaType, Buffer.from(await response.arrayBuffer()));
  for (const named of [
    response.headers.get('docker-content-digest'),
    reference.includes(':') ? reference : null,
  ]) {
    if (named !== null && named !== manifest.digest) {
      throw new Error(`${path} has the digest ${manifest.digest}, not ${named}`);
    }
  }
  return manifest;
}

async function pullBlob(session: RegistrySession, descriptor: ContentDescriptor): Promise<Content> {
  const path = `blobs/${descriptor.digest}`;
  const response = await session.send({ method: 'GET', path, expected: [200] });
  const blob = content(descriptor.mediaType, Buffer.from(await response.arrayBuffer()));
  check(path, blob, descriptor);
  return blob;
}

function check(path: string, { digest, bytes }: Content, expected: ContentDescriptor): void {
  if (digest === expected.digest && bytes.length === expected.size) return;
  throw new Error(
    `${path} has ${bytes.length} bytes and the digest ${digest}, not ${expected.size} bytes and ${expected.digest}`,
  );
}
