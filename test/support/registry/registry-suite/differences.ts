import type { Differences } from '../registry-suite.ts';

/** Debian's docker-registry 2.8.2. */
export const DOCKER_REGISTRY_DIFFERENCES: Differences = {
  'checks-chunk-ranges': 'Content-Range is not read in this version',
  'checks-descriptor-sizes': 'a blob is looked up by its digest alone',
};

/** MiniStack 1.4.21, whose registry keeps what it is given. */
export const MINISTACK_DIFFERENCES: Differences = {
  'checks-chunk-ranges': 'chunks are put together as they come',
  'ends-failed-uploads': 'an upload stays open until its content is right',
  'changes-upload-addresses': 'the address holds no state',
  'serves-ranges': 'a blob always comes whole',
  'checks-accept': 'the Accept header is not read',
  'checks-manifests': 'a manifest is kept unread',
  'checks-manifest-types': 'a manifest is kept unread',
  'checks-manifest-digests': 'a manifest is kept unread',
  'bounds-manifests': 'a manifest is kept unread',
  'checks-blobs': 'a manifest is kept unread',
  'checks-children': 'a manifest is kept unread',
  'checks-descriptor-sizes': 'a manifest is kept unread',
};
