import { createHash } from 'node:crypto';
import {
  type DescriptorDocument,
  descriptorsOf,
  type ManifestDocument,
  parseManifestDocument,
} from './manifest-document.ts';

/** A manifest or an index as it was pushed. */
export interface StoredManifest {
  readonly digest: string;
  /** What the Content-Type of its push said. */
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly document: ManifestDocument;
  readonly pushedAt: Date;
}

/** An upload that was started and neither completed nor given up. */
export interface UploadSession {
  readonly id: string;
  /** Of the Location that the client was told last: it changes with each chunk. */
  state: string;
  received: Buffer[];
  /** Bytes that the answers say were taken. */
  size: number;
  /** PATCH requests that it has taken. */
  chunks: number;
  /** A request about it is being read. */
  isBusy: boolean;
}

export interface RepositoryOptions {
  /** A tag that is there can't be put again. Default: false. */
  readonly immutable?: boolean;
}

/** What one repository holds. The bytes of content are never copied: don't change them. */
export class StoredRepository {
  readonly name: string;
  readonly blobs = new Map<string, Buffer>();
  /** By digest. */
  readonly manifests = new Map<string, StoredManifest>();
  /** Tag → digest of a manifest that is there. */
  readonly tags = new Map<string, string>();
  readonly uploads = new Map<string, UploadSession>();
  immutable: boolean;

  constructor(name: string, { immutable = false }: RepositoryOptions = {}) {
    this.name = name;
    this.immutable = immutable;
  }

  putBlob(bytes: Buffer): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  /**
   * Keeps a manifest, and tags it. Checks nothing but that it is one: what a push must fulfil is the server's part.
   * A manifest that is there already keeps the time of its first push.
   * @throws ManifestDocumentError
   */
  putManifest(bytes: Buffer, mediaType: string, tag?: string): StoredManifest {
    const digest = digestOf(bytes);
    const stored = this.manifests.get(digest) ?? {
      digest,
      mediaType,
      bytes,
      document: parseManifestDocument(bytes),
      pushedAt: new Date(),
    };
    this.manifests.set(digest, stored);
    if (tag !== undefined) this.tags.set(tag, digest);
    return stored;
  }

  /** @param reference A tag or a digest. */
  findManifest(reference: string): StoredManifest | undefined {
    return this.manifests.get(reference.includes(':') ? reference : (this.tags.get(reference) ?? ''));
  }

  /** The tags of a manifest, sorted. */
  tagsOf(digest: string): string[] {
    return [...this.tags].flatMap(([tag, tagged]) => (tagged === digest ? [tag] : [])).sort();
  }

  /** The indexes that name this manifest. */
  indexesOf(digest: string): StoredManifest[] {
    return [...this.manifests.values()].filter(({ document }) =>
      document.manifests?.some((child) => child.digest === digest),
    );
  }

  /** Takes a tag away; the manifest stays. Returns whether it was there. */
  removeTag(tag: string): boolean {
    return this.tags.delete(tag);
  }

  /** Takes a manifest and all its tags away. Returns whether it was there. */
  removeManifest(digest: string): boolean {
    for (const tag of this.tagsOf(digest)) this.tags.delete(tag);
    return this.manifests.delete(digest);
  }

  /** What the manifest names and this repository lacks, or holds in another size. Layers kept elsewhere don't count. */
  missing(document: ManifestDocument): DescriptorDocument[] {
    return descriptorsOf(document).filter(({ kind, digest, size, urls }) => {
      if (kind === 'manifest') return this.manifests.get(digest)?.bytes.length !== size;
      return urls === undefined && this.blobs.get(digest)?.length !== size;
    });
  }
}

/** What a registry holds: repositories by name. Servers over it (the distribution API, ECR's API) share one. */
export class RegistryStore {
  readonly repositories = new Map<string, StoredRepository>();

  /** @throws Error where it is there already. */
  createRepository(name: string, options?: RepositoryOptions): StoredRepository {
    if (this.repositories.has(name)) throw new Error(`The repository ${name} is there already`);
    const repository = new StoredRepository(name, options);
    this.repositories.set(name, repository);
    return repository;
  }

  findRepository(name: string): StoredRepository | undefined {
    return this.repositories.get(name);
  }

  /** @throws Error */
  getRepository(name: string): StoredRepository {
    const repository = this.repositories.get(name);
    if (repository === undefined) throw new Error(`There is no repository ${name}`);
    return repository;
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
