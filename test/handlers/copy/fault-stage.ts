import { Outbound } from '../../../handlers/network/outbound.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import { DEFAULT_RETRY_POLICY } from '../../../handlers/registry/retry-policy.ts';
import type { Image } from '../../support/images/image.ts';
import { pullImage } from '../../support/images/pull-image.ts';
import { storeImage } from '../../support/images/push-image.ts';
import { type FaultProxy, startFaultProxy } from '../../support/registry/fault-proxy.ts';
import { startInMemoryRegistry } from '../../support/registry/in-memory-registry.ts';

/** Everything that a copy talks to, each behind a proxy of its own. */
export const LEGS = ['source', 'realm', 'storage', 'destination'] as const;
export type Leg = (typeof LEGS)[number];

/** Longer than an answer on loopback takes; where a busy machine takes longer, that is one more stall to mend. */
const LIMIT_MS = 150;
const LOGIN = { username: 'somebody', password: 'secret' };

export interface FaultStage extends AsyncDisposable {
  readonly proxies: Readonly<Record<Leg, FaultProxy>>;
  /**
   * Repositories for one copy, as a process of its own would have them; the destination's is made where it is not
   * there yet. `close` ends the connections.
   */
  openCopy(repository: string): {
    readonly source: RemoteRepository;
    readonly destination: RemoteRepository;
    close(): Promise<void>;
  };
  /** The digest that is under the destination's tag, with everything below it; undefined where there is none. */
  findCopied(repository: string): Promise<string | undefined>;
  /** Forgets plans and requests of all proxies. */
  reset(): void;
}

/**
 * A source with tokens and its blobs elsewhere, as the public registries have it, and a destination that behaves as
 * Amazon ECR.
 */
export async function startFaultStage(image: Image): Promise<FaultStage> {
  const source = await startInMemoryRegistry({
    auth: { kind: 'bearer', login: LOGIN },
    redirectBlobs: true,
  });
  const destination = await startInMemoryRegistry({ ecr: true });
  storeImage(source.store, 'app', image, 'latest');
  const { realm: upstreamRealm, storage: upstreamStorage } = source.origins;
  const realm = await startFaultProxy({ upstream: upstreamRealm });
  const storage = await startFaultProxy({ upstream: upstreamStorage });
  const proxies = {
    realm,
    storage,
    source: await startFaultProxy({
      upstream: source.origin,
      rewrite: { [upstreamRealm]: realm.origin, [upstreamStorage]: storage.origin },
    }),
    destination: await startFaultProxy({ upstream: destination.origin }),
  };
  const legs = Object.values(proxies);
  const redirectedHosts = new Map(legs.map(({ host, origin }) => [host, new URL(origin)]));
  const ecrLogin = { username: 'AWS', password: destination.ecrTokens.issue().password };

  return {
    proxies,
    openCopy(repository) {
      if (destination.store.findRepository(repository) === undefined) {
        destination.store.createRepository(repository);
      }
      const outbound = new Outbound(
        { redirectedHosts },
        { connectMs: LIMIT_MS, headersMs: LIMIT_MS, idleMs: LIMIT_MS },
      );
      const common = {
        outbound,
        retryPolicy: { ...DEFAULT_RETRY_POLICY, firstDelayMs: 2, maxDelayMs: 4 },
        uploadTimeouts: { stallMs: LIMIT_MS, completionMs: LIMIT_MS },
      };
      return {
        source: new RemoteRepository({
          ...common,
          registry: proxies.source.host,
          repository: 'app',
          role: 'source',
          credentials: { find: async () => LOGIN },
        }),
        destination: new RemoteRepository({
          ...common,
          registry: proxies.destination.host,
          repository,
          role: 'destination',
          credentials: { find: async () => ecrLogin },
        }),
        close: () => outbound.close(),
      };
    },
    async findCopied(repository) {
      const stored = destination.store.findRepository(repository);
      if (stored?.findManifest('latest') === undefined) return undefined;
      return (await pullImage(destination.address(repository), 'latest')).root.digest;
    },
    reset() {
      for (const proxy of legs) proxy.reset();
    },
    async [Symbol.asyncDispose]() {
      for (const proxy of legs) await proxy.close();
      await source.close();
      await destination.close();
    },
  };
}
