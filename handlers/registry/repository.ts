import type { Readable } from 'node:stream';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Manifest } from '../oci/manifest.ts';

/** A manifest or an index, with the very bytes that its digest is of. */
export interface ManifestContent {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

export interface RequestOptions {
  /** Ends the operation promptly, with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Where images are read. Every method rejects with a ProviderError. */
export interface SourceRepository {
  /** Host, and port where there is one. */
  readonly registry: string;
  readonly repository: string;
  /** @param reference A tag or a digest. The content agrees with a digest, and with the one its registry names. */
  getManifest(reference: string, options?: RequestOptions): Promise<ManifestContent>;
  /**
   * A stream of the blob. It fails, before its last chunk, where size or digest are not the descriptor's.
   * Whoever opens it must read it to its end or destroy it.
   */
  openBlob(descriptor: Descriptor, options?: RequestOptions): Promise<Readable>;
  /** A small blob, whole and verified: an image's config. Rejects with `ServiceLimitExceeded` over 4 MiB. */
  getConfig(descriptor: Descriptor, options?: RequestOptions): Promise<Buffer>;
}

/** Where images are put. Every method rejects with a ProviderError. */
export interface DestinationRepository {
  readonly registry: string;
  readonly repository: string;
  hasManifest(digest: Digest, options?: RequestOptions): Promise<boolean>;
  hasBlob(descriptor: Descriptor, options?: RequestOptions): Promise<boolean>;
  /** Takes a blob over from another repository of the same registry; false where that must be copied. */
  mountBlob(descriptor: Descriptor, fromRepository: string, options?: RequestOptions): Promise<boolean>;
  /** @param open Opens the content, each time from its start: once, and again for each retry. */
  pushBlob(descriptor: Descriptor, open: () => Promise<Readable>, options?: RequestOptions): Promise<void>;
  /**
   * Puts a manifest under a tag or its digest. Its blobs must be there.
   * Where the tag can't be changed and already has this very manifest, that is fine.
   * Rejects with `AlreadyExists` where the tag can't be changed.
   */
  pushManifest(reference: string, content: ManifestContent, options?: RequestOptions): Promise<void>;
}
