import type { RegistryAuth } from './registry-auth.ts';
import type { RegistryStore } from './registry-store.ts';
import type { RequestLog } from './request-log.ts';

/** Ways of answering wrong that a client must see through. */
export type Quirk =
  /** Tags lead to a manifest of Docker's schema 1. */
  | 'schema-1-manifests'
  /** Manifests have more bytes than any registry takes. */
  | 'oversized-manifests'
  /** `Docker-Content-Digest` names other content. */
  | 'wrong-content-digest'
  | 'no-content-digest'
  | 'no-content-type'
  /** One byte of each manifest is another. */
  | 'damaged-manifests'
  /** One byte of each blob is another. */
  | 'damaged-blobs';

/** 429 for some requests to the API, whatever they are. */
export interface RateLimit {
  /** Requests that go through before. Default: none. */
  readonly after?: number;
  /** Requests that are refused; those behind them go through. */
  readonly times: number;
  /** What `Retry-After` says; without it the header is not sent. */
  readonly retryAfterSeconds?: number;
}

/** How a registry behaves where registries differ. */
export interface RegistryPersonality {
  /** A push makes its repository, as with Docker's registry; otherwise it is refused. */
  readonly createsRepositories: boolean;
  /** Pushed blobs can be mounted from one repository into another; otherwise a session is opened. */
  readonly mounts: boolean;
  /** Everything after an upload's first PATCH is dropped, although the answer says that it was taken. */
  readonly dropsLaterChunks: boolean;
  readonly takesEmptyBlobs: boolean;
  /** Each answer about an upload names another address, and only the last is valid. */
  readonly changesUploadAddress: boolean;
  readonly deletesManifests: boolean;
  /** Locations come without scheme and host. */
  readonly relativeLocations: boolean;
  readonly quirks: readonly Quirk[];
}

/** Docker's registry, with deletion switched on. */
export const DOCKER_PERSONALITY: RegistryPersonality = {
  createsRepositories: true,
  mounts: true,
  dropsLaterChunks: false,
  takesEmptyBlobs: true,
  changesUploadAddress: true,
  deletesManifests: true,
  relativeLocations: false,
  quirks: [],
};

/**
 * Amazon ECR: repositories are made beforehand, mounting is off until an account switches it on.
 * @see https://github.com/aws/containers-roadmap/issues/2831 chunks that vanish
 * @see https://github.com/radius-project/radius/issues/7855 empty blobs
 */
export const ECR_PERSONALITY: RegistryPersonality = {
  ...DOCKER_PERSONALITY,
  createsRepositories: false,
  mounts: false,
  dropsLaterChunks: true,
  takesEmptyBlobs: false,
  changesUploadAddress: false,
  deletesManifests: false,
};

/** What the endpoints work on. */
export interface RegistryContext {
  readonly store: RegistryStore;
  readonly log: RequestLog;
  readonly personality: RegistryPersonality;
  readonly auth: RegistryAuth;
  /** The address at the blob storage that a GET of a blob is sent on to; undefined: it is answered in place. */
  readonly redirectTo: ((digest: string, bytes: Buffer) => string) | undefined;
}
