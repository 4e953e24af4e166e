import { digestOf } from '../../../handlers/oci/digest.ts';
import { OCI_INDEX } from '../../../handlers/oci/media-type.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import type { ManifestContent } from '../../../handlers/registry/repository.ts';
import {
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
  type Timing,
} from '../../../handlers/registry/retry-policy.ts';
import { instantTiming, type ScriptedAnswer, type ScriptedRegistry } from './scripted-registry.ts';

/** The smallest manifest, as it stands in a registry, as one answers it, and as we have it. */
export const BYTES = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }));
export const DIGEST = digestOf(BYTES);
export const MANIFEST: ScriptedAnswer = { status: 200, headers: { 'content-type': OCI_INDEX }, body: BYTES };
export const CONTENT: ManifestContent = {
  descriptor: { mediaType: OCI_INDEX, digest: DIGEST, size: BYTES.byteLength },
  bytes: BYTES,
  manifest: { kind: 'index', mediaType: OCI_INDEX, manifests: [] },
};

/** A blob, larger than what one read gives. */
export const LAYER = Buffer.alloc(300_000, 'layer');
export const BLOB = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(LAYER),
  size: LAYER.byteLength,
};

/** A refusal as the distribution specification writes it. */
export function refused(status: number, code: string, message = ''): ScriptedAnswer {
  return { status, body: JSON.stringify({ errors: [{ code, message }] }) };
}

/** `registry.example/o/app`, with a login, and waits that take no time. */
export function open(
  { outbound }: ScriptedRegistry,
  role: 'source' | 'destination' = 'source',
  retryPolicy: RetryPolicy = DEFAULT_RETRY_POLICY,
  timing: Timing = instantTiming(),
): RemoteRepository {
  return new RemoteRepository({
    registry: 'registry.example',
    repository: 'o/app',
    role,
    outbound,
    credentials: { find: async () => ({ username: 'u', password: 'p' }) },
    retryPolicy,
    timing,
  });
}
