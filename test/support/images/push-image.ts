import type { RegistryStore } from '../registry/registry-store.ts';
import type { Image } from './image.ts';
import { RegistrySession, type RepositoryAddress } from './registry-session.ts';

/**
 * Puts an image into a registry over HTTP, as the specification says: blobs in two requests each, then the manifests.
 * @param tag Default: none, the image is found by its digest only.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push
 * @throws Error with the registry's answer where it refuses.
 */
export async function pushImage(address: RepositoryAddress, image: Image, tag?: string): Promise<void> {
  const session = new RegistrySession(address);
  for (const { digest, bytes } of image.blobs) {
    const started = await session.send({ method: 'POST', path: 'blobs/uploads/', expected: [202] });
    const location = started.headers.get('location') ?? '';
    const end = `${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
    await session.send({
      method: 'PUT',
      path: location + end,
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
      expected: [201],
    });
  }
  for (const manifest of image.manifests) {
    await session.send({
      method: 'PUT',
      path: `manifests/${manifest === image.root && tag !== undefined ? tag : manifest.digest}`,
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
      expected: [201],
    });
  }
}

/** Puts an image straight into a store, in no time and past all checks. The repository is made where it is not there. */
export function storeImage(store: RegistryStore, repository: string, image: Image, tag?: string): void {
  const stored = store.findRepository(repository) ?? store.createRepository(repository);
  for (const { bytes } of image.blobs) stored.putBlob(bytes);
  for (const { bytes, mediaType, digest } of image.manifests) {
    stored.putManifest(bytes, mediaType, digest === image.root.digest ? tag : undefined);
  }
}
