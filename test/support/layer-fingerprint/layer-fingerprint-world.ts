import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RespondPolicy } from '../../../handlers/cloudformation/respond.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from '../../../handlers/cloudformation/stack-status-store.ts';
import { DownloadedContents } from '../../../handlers/layers/layer-contents.ts';
import { createLambdaClient, LambdaLayerStore } from '../../../handlers/layers/layer-store.ts';
import { Outbound } from '../../../handlers/network/outbound.ts';
import { createSsmClient, SsmParameterStore } from '../../../handlers/parameters/parameter-store.ts';
import type { Patience } from '../../../handlers/registry/throttling.ts';
import { layerFingerprint } from '../../../handlers/resources/layer-fingerprint.ts';
import { type StackStatusApi, startStackStatusApi } from '../cloudformation/stack-status-api.ts';
import { layerArchive } from '../layers-api/layer-archive.ts';
import type { ShelvedVersion } from '../layers-api/layer-shelf.ts';
import { type LayersApi, startLayersApi } from '../layers-api/layers-api.ts';
import { QUICK_PATIENCE } from '../provider/patience.ts';
import { ACCOUNT_ID, buildProvider, REGION, type TestProvider } from '../provider/provider.ts';
import { type SsmApi, startSsmApi } from '../ssm/ssm-api.ts';
import type { Rate } from '../ssm/token-bucket.ts';

export const LAYER = 'shop-dependencies';
export const PARAMETER = '/shop/layer';
/** Shares its layers, where a test wants it. */
export const OTHER_ACCOUNT_ID = '444455556666';

/** Files of a layer, by path. */
export type LayerFiles = Readonly<Record<string, string>>;

/** What the layer's first version has. */
export const FILES: LayerFiles = { 'python/shop.py': 'PRICE = 1\n', 'python/README.md': 'A shop.\n' };

/**
 * An account with a layer, a parameter that names its first version, CloudFormation's word on its stacks, and
 * instances of the function.
 */
export interface LayerFingerprintWorld extends AsyncDisposable {
  readonly layers: LayersApi;
  readonly ssm: SsmApi;
  readonly statuses: StackStatusApi;
  /** The layer's first version, with FILES. */
  readonly first: ShelvedVersion;
  /** Publishes the layer's next version; each call is a build of its own, so that equal files have another archive. */
  publish(files: LayerFiles, layerName?: string): Promise<ShelvedVersion>;
  /** Another instance of the function, with nothing remembered. */
  startInstance(responseOrigin: string): TestProvider;
  /** What the function may not change. */
  observe(): unknown;
  /** How many archives were downloaded, or tried to be. */
  downloads(): number;
  /** What the instances logged, lifecycle and all. */
  log(): string;
  /** What any of the servers found fault with. */
  violations(): string[];
}

export interface LayerFingerprintWorldOptions {
  /** A stack's present status, as CloudFormation tells it. Default: every stack is in UPDATE_IN_PROGRESS. */
  readonly statusOf?: (stackId: string) => string | undefined;
  /** The limit of Lambda's control plane. Default: none. */
  readonly rate?: Rate;
  /** How the instances wait it out. Default: a hundred times faster than real ones, and for fewer tries. */
  readonly patience?: Patience;
  /** How they answer. Default: QUICK_POLICY. */
  readonly respondPolicy?: RespondPolicy;
}

export async function startLayerFingerprintWorld(
  options: LayerFingerprintWorldOptions = {},
): Promise<LayerFingerprintWorld> {
  const { statusOf = () => 'UPDATE_IN_PROGRESS', rate, patience = QUICK_PATIENCE } = options;
  const layers = await startLayersApi({ accountId: ACCOUNT_ID, region: REGION, ...(rate && { rate }) });
  const ssm = await startSsmApi({ accountId: ACCOUNT_ID, region: REGION });
  const statuses = await startStackStatusApi({ statusOf, region: REGION });
  let builds = 0;
  const publish = async (files: LayerFiles, layerName: string = LAYER): Promise<ShelvedVersion> => {
    builds += 1;
    const builtAt = new Date(Date.UTC(2026, 0, builds));
    return layers.shelf.publish(layerName, await layerArchive(files, { builtAt }));
  };
  const first = await publish(FILES);
  ssm.parameters.put(PARAMETER, first.arn);

  const local = {
    region: REGION,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  };
  const clients = {
    ssm: createSsmClient({ ...local, endpoint: ssm.origin }),
    cloudFormation: createCloudFormationClient({ ...local, endpoint: statuses.origin, maxAttempts: 1 }),
  };
  const { archives } = layers;
  const outbound = new Outbound(
    { redirectedHosts: new Map([[archives.host, new URL(archives.origin)]]) },
    { idleMs: 300 },
  );
  // Each instance has one of its own, as in Lambda: nothing that they share slows them down.
  const lambdaClients: LambdaClient[] = [];
  const instances: TestProvider[] = [];
  const lines: string[] = [];
  const write = (message: string, fields: Record<string, unknown>): void => {
    const { error, ...rest } = fields;
    lines.push(`${message} ${JSON.stringify(rest)} ${error ?? ''}`);
  };
  const close = async (): Promise<void> => {
    for (const client of [...Object.values(clients), ...lambdaClients]) client.destroy();
    await Promise.all(instances.map((instance) => instance.close()));
    await Promise.all([outbound.close(), layers.close(), ssm.close(), statuses.close()]);
  };
  return {
    layers,
    ssm,
    statuses,
    first,
    publish,
    startInstance: (responseOrigin) => {
      const client = createLambdaClient({ ...local, endpoint: layers.origin });
      lambdaClients.push(client);
      const store = new LambdaLayerStore(client, { accountId: ACCOUNT_ID, ...patience });
      const resource = layerFingerprint({
        layers: store,
        parameters: new SsmParameterStore(clients.ssm, patience),
        contents: new DownloadedContents({ store, outbound, ...patience }),
        statuses: new CloudFormationStackStatuses(clients.cloudFormation, { warn: write }),
        region: REGION,
        log: { info: write, warn: write },
      });
      const instance = buildProvider(resource, {
        responseOrigin,
        ...(options.respondPolicy && { policy: options.respondPolicy }),
      });
      instances.push(instance);
      return instance;
    },
    observe: () => ({
      parameters: ssm.parameters.versions(),
      layers: layers.shelf.list(layers.shelf.arnOf(LAYER)).map(({ arn }) => arn),
    }),
    downloads: () => archives.requests.length,
    log: () => [...lines, ...instances.flatMap(({ log }) => log.lines)].join('\n'),
    violations: () => [...layers.violations(), ...ssm.violations, ...statuses.violations],
    [Symbol.asyncDispose]: close,
  };
}
