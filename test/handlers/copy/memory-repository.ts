import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ProviderError } from '../../../handlers/errors.ts';
import type { Descriptor } from '../../../handlers/oci/descriptor.ts';
import { type Digest, digestOf } from '../../../handlers/oci/digest.ts';
import { parseManifest } from '../../../handlers/oci/manifest.ts';
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../../handlers/oci/media-type.ts';
import type {
  DestinationRepository,
  ManifestContent,
  SourceRepository,
} from '../../../handlers/registry/repository.ts';

/**
 * Both ports of a repository, in memory, as strict as a registry: a manifest is taken only when everything that it
 * names is there. Every call is kept in order.
 */
export class MemoryRepository implements SourceRepository, DestinationRepository {
  readonly registry: string;
  readonly repository: string;
  readonly blobs = new Map<Digest, Buffer>();
  readonly manifests = new Map<string, ManifestContent>();
  readonly calls: string[] = [];
  /** Blobs that a mount finds; everything else is to be copied. */
  mountable = new Set<Digest>();
  /** Blobs that are open. */
  open = 0;
  /** Called before each call is served; may throw or wait. */
  before: (call: string) => Promise<void> | void = () => {};

  constructor(registry = 'memory.example', repository = 'o/app') {
    this.registry = registry;
    this.repository = repository;
  }

  async getManifest(reference: string): Promise<ManifestContent> {
    await this.#note(`getManifest ${reference}`);
    const content = this.manifests.get(reference);
    if (content) return content;
    throw new ProviderError('NotFound', `no manifest ${reference}`);
  }

  async openBlob({ digest }: Descriptor): Promise<Readable> {
    await this.#note(`openBlob ${digest}`);
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) throw new ProviderError('NotFound', `no blob ${digest}`);
    this.open += 1;
    return Readable.from([bytes]).on('close', () => {
      this.open -= 1;
    });
  }

  async getConfig(descriptor: Descriptor): Promise<Buffer> {
    return await buffer(await this.openBlob(descriptor));
  }

  async hasManifest(digest: Digest): Promise<boolean> {
    await this.#note(`hasManifest ${digest}`);
    return this.manifests.has(digest);
  }

  async hasBlob({ digest }: Descriptor): Promise<boolean> {
    await this.#note(`hasBlob ${digest}`);
    return this.blobs.has(digest);
  }

  async mountBlob({ digest }: Descriptor, from: string): Promise<boolean> {
    await this.#note(`mountBlob ${digest} ${from}`);
    if (this.mountable.has(digest)) this.blobs.set(digest, Buffer.alloc(0));
    return this.mountable.has(digest);
  }

  async pushBlob(descriptor: Descriptor, open: () => Promise<Readable>): Promise<void> {
    await this.#note(`pushBlob ${descriptor.digest}`);
    const bytes = await buffer(await open());
    if (digestOf(bytes) !== descriptor.digest)
      throw new ProviderError('GeneralServiceException', 'DIGEST_INVALID');
    this.blobs.set(descriptor.digest, bytes);
  }

  async pushManifest(reference: string, content: ManifestContent): Promise<void> {
    await this.#note(`pushManifest ${reference}`);
    const { manifest } = content;
    const missing =
      manifest.kind === 'index'
        ? manifest.manifests.filter(({ digest }) => !this.manifests.has(digest))
        : [manifest.config, ...manifest.layers].filter(({ digest }) => !this.blobs.has(digest));
    if (missing.length > 0) throw new ProviderError('GeneralServiceException', 'MANIFEST_BLOB_UNKNOWN');
    this.manifests.set(reference, content).set(content.descriptor.digest, content);
  }

  /** Adds a blob and describes it. */
  addBlob(bytes: Buffer | string, mediaType = OCI_LAYER_GZIP): Descriptor {
    const content = Buffer.from(bytes);
    const digest = digestOf(content);
    this.blobs.set(digest, content);
    return { mediaType, digest, size: content.byteLength };
  }

  /** Adds a manifest or an index under its digest, and a tag if there is one. */
  addManifest(document: object, tag?: string): Descriptor {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
    const manifest = parseManifest(bytes);
    const descriptor = { mediaType: manifest.mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    const content = { descriptor, bytes, manifest };
    this.manifests.set(descriptor.digest, content);
    if (tag !== undefined) this.manifests.set(tag, content);
    return descriptor;
  }

  /** Adds an image of these layers. */
  addImage(options: { platform?: string; layers?: readonly string[]; tag?: string } = {}): Descriptor {
    const { platform = 'linux/amd64', layers = ['layer'], tag } = options;
    const [os, architecture] = platform.split('/');
    return this.addManifest(
      {
        mediaType: OCI_MANIFEST,
        config: this.addBlob(JSON.stringify({ os, architecture, layers }), OCI_CONFIG),
        layers: layers.map((layer) => this.addBlob(layer)),
      },
      tag,
    );
  }

  /** Adds an index of images for these platforms, with an attestation as buildx puts one there. */
  addIndex(platforms: readonly string[], tag?: string): Descriptor {
    const entries = platforms.map((platform) => {
      const [os, architecture] = platform.split('/');
      const image = this.addImage({ platform, layers: ['shared', `of ${platform}`] });
      return { ...image, platform: { os, architecture } };
    });
    const attestation = this.addManifest({
      mediaType: OCI_MANIFEST,
      config: this.addBlob('{"architecture":"unknown","os":"unknown"}', OCI_CONFIG),
      layers: [this.addBlob('{"attests":"something"}', 'application/vnd.in-toto+json')],
    });
    const unknown = { os: 'unknown', architecture: 'unknown' };
    return this.addManifest(
      { mediaType: OCI_INDEX, manifests: [...entries, { ...attestation, platform: unknown }] },
      tag,
    );
  }

  async #note(call: string): Promise<void> {
    this.calls.push(call);
    await this.before(call);
  }
}
