import { ECRClient } from '@aws-sdk/client-ecr';
import { Outbound } from '../../../handlers/network/outbound.ts';
import type { Digest } from '../../../handlers/oci/digest.ts';
import { buildPlaceholder, type PlaceholderImage } from '../../../handlers/placeholder/image.ts';
import { PlaceholderRepository } from '../../../handlers/placeholder/placeholder-repository.ts';
import { EcrCredentials } from '../../../handlers/registry/credentials.ts';
import { EcrImageStore } from '../../../handlers/registry/image-store.ts';
import { RemoteRepository } from '../../../handlers/registry/remote-repository.ts';
import type { SourceRepository } from '../../../handlers/registry/repository.ts';
import { DEFAULT_RETRY_POLICY } from '../../../handlers/registry/retry-policy.ts';
import { type EcrImagePorts, ecrImage } from '../../../handlers/resources/ecr-image.ts';
import { buildImage, type Image } from '../images/image.ts';
import { buildIndex, type ImageIndex } from '../images/image-index.ts';
import { storeImage } from '../images/push-image.ts';
import { ACCOUNT_ID, buildProvider, REGION, type TestProvider } from '../provider/provider.ts';
import { type EcrApi, startEcrApi } from '../registry/ecr-api.ts';
import {
  type AuthOptions,
  type InMemoryRegistry,
  startInMemoryRegistry,
} from '../registry/in-memory-registry.ts';

export const ECR_HOST = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;
export const SOURCE_HOST = 'registry.example';
/** The repository of the account that stacks ask about; it is there from the start, and empty. */
export const REPOSITORY = 'team/app';
/** The source's repository. */
export const SOURCE_REPOSITORY = 'base/runtime';

/** An account's ECR with one empty repository, a registry with sources, and instances of the function. */
export interface EcrImageWorld extends AsyncDisposable {
  readonly ecr: InMemoryRegistry;
  readonly api: EcrApi;
  readonly source: InMemoryRegistry;
  /** What the source has under the tags `1`, `2` and `index`. */
  readonly images: { readonly one: Image; readonly two: Image; readonly index: ImageIndex };
  /** The service's own, as it is and as an earlier release had it. */
  readonly placeholders: { readonly present: PlaceholderImage; readonly earlier: PlaceholderImage };
  /** `registry.example/base/runtime:<tag>`, or `@<digest>` */
  sourceOf(reference: string): string;
  /** Another instance of the function, with nothing remembered. */
  startInstance(options: { responseOrigin: string } & Partial<EcrImagePorts>): TestProvider;
  /** What an instance of the earlier release is started with. */
  readonly earlierRelease: Pick<EcrImagePorts, 'placeholder' | 'placeholderDigests'>;
  /** Makes each copy wait at the source's first blob, until it is released. */
  hold(): { readonly reached: Promise<void>; readonly release: () => void };
  /** What the repository has: tags with their digests, and the digests of all its manifests. */
  observe(): { tags: Record<string, string>; manifests: string[] };
  /** What any of the servers found fault with. */
  violations(): string[];
}

/** Stand-ins for programs: what an image does is none of this world's business. */
const PROGRAMS = { 'linux/amd64': Buffer.from('amd64'), 'linux/arm64': Buffer.from('arm64') };
const EARLIER_PROGRAMS = { 'linux/amd64': Buffer.from('old amd64'), 'linux/arm64': Buffer.from('old arm64') };

function digestsOf(...placeholders: PlaceholderImage[]): ReadonlySet<Digest> {
  const contents = placeholders.flatMap(({ index, images }) => [index, ...Object.values(images)]);
  return new Set(contents.map(({ descriptor }) => descriptor.digest));
}

export interface EcrImageWorldOptions {
  /** The repository's tags can't be put again. Default: false. */
  readonly immutable?: boolean;
  /** What the source asks for. Default: nothing. */
  readonly sourceAuth?: AuthOptions;
}

export async function startEcrImageWorld(options: EcrImageWorldOptions = {}): Promise<EcrImageWorld> {
  const source = await startInMemoryRegistry({
    names: { registry: SOURCE_HOST, realm: `auth.${SOURCE_HOST}` },
    ...(options.sourceAuth && { auth: options.sourceAuth }),
  });
  const ecr = await startInMemoryRegistry({
    ecr: true,
    names: { registry: ECR_HOST, storage: `layers.s3.${REGION}.amazonaws.com` },
  });
  const api = await startEcrApi(ecr.store, { accountId: ACCOUNT_ID, region: REGION, tokens: ecr.ecrTokens });
  ecr.store.createRepository(REPOSITORY, { immutable: options.immutable ?? false });
  const images = { one: buildImage({ seed: 'one' }), two: buildImage({ seed: 'two' }), index: buildIndex() };
  const placeholders = { present: buildPlaceholder(PROGRAMS), earlier: buildPlaceholder(EARLIER_PROGRAMS) };
  storeImage(source.store, SOURCE_REPOSITORY, images.one, '1');
  storeImage(source.store, SOURCE_REPOSITORY, images.two, '2');
  storeImage(source.store, SOURCE_REPOSITORY, images.index, 'index');

  const outbound = new Outbound({
    redirectedHosts: new Map([...source.redirectedHosts, ...ecr.redirectedHosts]),
  });
  const clientOptions = {
    endpoint: api.origin,
    region: REGION,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  };
  const client = new ECRClient(clientOptions);
  const credentials = new EcrCredentials({ createClient: () => new ECRClient(clientOptions) });
  const retryPolicy = { ...DEFAULT_RETRY_POLICY, firstDelayMs: 2, maxDelayMs: 10 };
  const instances: TestProvider[] = [];
  let gate: { arrive: () => void; released: Promise<void>; release: () => void } | undefined;

  const gated = (repository: SourceRepository): SourceRepository => ({
    registry: repository.registry,
    repository: repository.repository,
    getManifest: (reference, request) => repository.getManifest(reference, request),
    getConfig: (descriptor, request) => repository.getConfig(descriptor, request),
    openBlob: async (descriptor, request) => {
      gate?.arrive();
      await gate?.released;
      return repository.openBlob(descriptor, request);
    },
  });

  const dispose = async (): Promise<void> => {
    gate?.release();
    client.destroy();
    await Promise.all(instances.map((instance) => instance.close()));
    await outbound.close();
    await Promise.all([source.close(), ecr.close(), api.close()]);
  };
  return {
    ecr,
    api,
    source,
    images,
    placeholders,
    earlierRelease: {
      placeholder: new PlaceholderRepository(EARLIER_PROGRAMS),
      placeholderDigests: digestsOf(placeholders.earlier),
    },
    sourceOf: (reference) =>
      `${SOURCE_HOST}/${SOURCE_REPOSITORY}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`,
    startInstance: ({ responseOrigin, ...ports }) => {
      const log = { info: () => {} };
      const resource = ecrImage({
        store: new EcrImageStore(client),
        registry: ECR_HOST,
        allowedSourceRegistries: [],
        log,
        placeholder: gated(new PlaceholderRepository(PROGRAMS)),
        placeholderDigests: digestsOf(placeholders.present, placeholders.earlier),
        openSource: ({ registry, repository }) =>
          gated(
            new RemoteRepository({
              registry,
              repository,
              role: 'source',
              outbound,
              credentials,
              retryPolicy,
            }),
          ),
        openDestination: (repository) =>
          new RemoteRepository({
            registry: ECR_HOST,
            repository,
            role: 'destination',
            outbound,
            credentials,
            retryPolicy,
          }),
        ...ports,
      });
      const instance = buildProvider(resource, { responseOrigin });
      instances.push(instance);
      return instance;
    },
    hold: () => {
      const arrival = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      gate = { arrive: arrival.resolve, released: release.promise, release: release.resolve };
      return { reached: arrival.promise, release: release.resolve };
    },
    observe: () => {
      const { tags, manifests } = ecr.store.getRepository(REPOSITORY);
      return { tags: Object.fromEntries(tags), manifests: [...manifests.keys()].sort() };
    },
    violations: () => [...source.violations, ...ecr.violations, ...api.violations],
    [Symbol.asyncDispose]: dispose,
  };
}
