import type { SSMClient } from '@aws-sdk/client-ssm';
import type { RespondPolicy } from '../../../handlers/cloudformation/respond.ts';
import {
  CloudFormationStackStatuses,
  createCloudFormationClient,
} from '../../../handlers/cloudformation/stack-status-store.ts';
import { createSsmClient, SsmParameterStore } from '../../../handlers/parameters/parameter-store.ts';
import { createEcrClient, EcrImageStore } from '../../../handlers/registry/image-store.ts';
import type { Patience } from '../../../handlers/registry/throttling.ts';
import { imageTag } from '../../../handlers/resources/image-tag.ts';
import { type StackStatusApi, startStackStatusApi } from '../cloudformation/stack-status-api.ts';
import { buildImage, type Image } from '../images/image.ts';
import { buildIndex, type ImageIndex } from '../images/image-index.ts';
import { storeImage } from '../images/push-image.ts';
import { QUICK_PATIENCE } from '../provider/patience.ts';
import { ACCOUNT_ID, buildProvider, REGION, type TestProvider } from '../provider/provider.ts';
import { type EcrApi, startEcrApi } from '../registry/ecr-api.ts';
import { RegistryStore } from '../registry/registry-store.ts';
import { type SsmApi, startSsmApi } from '../ssm/ssm-api.ts';
import { SsmParameters } from '../ssm/ssm-parameters.ts';
import type { Rate } from '../ssm/token-bucket.ts';

export const PARAMETER = '/shop/tag';
export const REPOSITORY = 'team/app';
export const ECR_HOST = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;
/** Shares its parameters, and lets this account into its repositories. */
export const OTHER_ACCOUNT_ID = '444455556666';

/**
 * An account with a parameter and a repository, CloudFormation's word on its stacks, and instances of the function.
 * At first version 1 of the parameter holds `v1`, and the repository has the images `v1`, `v2` and the index `multi`.
 */
export interface ImageTagWorld extends AsyncDisposable {
  readonly ssm: SsmApi;
  readonly ecr: EcrApi;
  readonly repositories: RegistryStore;
  readonly statuses: StackStatusApi;
  readonly other: {
    readonly accountId: string;
    readonly parameters: SsmParameters;
    readonly repositories: RegistryStore;
  };
  readonly images: { readonly v1: Image; readonly v2: Image; readonly multi: ImageIndex };
  /** Another instance of the function, with nothing remembered. */
  startInstance(responseOrigin: string): TestProvider;
  /** The parameter's next version. @returns its number. */
  release(value: string): number;
  /** What the function may not change: parameters' versions and images. */
  observe(): unknown;
  /** What the instances logged, lifecycle and all. */
  log(): string;
  /** What any of the servers found fault with. */
  violations(): string[];
}

export interface ImageTagWorldOptions {
  /** A stack's present status, as CloudFormation tells it. Default: every stack is in UPDATE_IN_PROGRESS. */
  readonly statusOf?: (stackId: string) => string | undefined;
  /** SSM's limit. Default: none. */
  readonly rate?: Rate;
  /** How the instances wait it out. Default: a hundred times faster than real ones, and for fewer tries. */
  readonly patience?: Patience;
  /** How they answer. Default: QUICK_POLICY. */
  readonly respondPolicy?: RespondPolicy;
}

export async function startImageTagWorld(options: ImageTagWorldOptions = {}): Promise<ImageTagWorld> {
  const { statusOf = () => 'UPDATE_IN_PROGRESS', rate, patience = QUICK_PATIENCE } = options;
  const other = {
    accountId: OTHER_ACCOUNT_ID,
    parameters: new SsmParameters(OTHER_ACCOUNT_ID, REGION),
    repositories: new RegistryStore(),
  };
  const ssm = await startSsmApi({
    accountId: ACCOUNT_ID,
    region: REGION,
    others: new Map([[OTHER_ACCOUNT_ID, other.parameters]]),
    ...(rate && { rate }),
  });
  const repositories = new RegistryStore();
  const ecr = await startEcrApi(repositories, {
    accountId: ACCOUNT_ID,
    region: REGION,
    others: new Map([[OTHER_ACCOUNT_ID, other.repositories]]),
  });
  const statuses = await startStackStatusApi({ statusOf, region: REGION });
  const images = {
    v1: buildImage({ seed: 'v1' }),
    v2: buildImage({ seed: 'v2' }),
    multi: buildIndex({ seed: 'multi', attestations: true }),
  };
  for (const [tag, image] of Object.entries(images)) storeImage(repositories, REPOSITORY, image, tag);
  ssm.parameters.put(PARAMETER, 'v1');

  const local = {
    region: REGION,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  };
  const clients = {
    ecr: createEcrClient({ ...local, endpoint: ecr.origin, maxAttempts: 2 }),
    cloudFormation: createCloudFormationClient({ ...local, endpoint: statuses.origin, maxAttempts: 1 }),
  };
  // Each instance has one of its own, as in Lambda: nothing that they share slows them down.
  const ssmClients: SSMClient[] = [];
  const instances: TestProvider[] = [];
  const lines: string[] = [];
  const write = (message: string, fields: Record<string, unknown>): void => {
    const { error, ...rest } = fields;
    lines.push(`${message} ${JSON.stringify(rest)} ${error ?? ''}`);
  };
  const close = async (): Promise<void> => {
    for (const client of [...Object.values(clients), ...ssmClients]) client.destroy();
    await Promise.all(instances.map((instance) => instance.close()));
    await Promise.all([ssm.close(), ecr.close(), statuses.close()]);
  };
  return {
    ssm,
    ecr,
    repositories,
    statuses,
    other,
    images,
    startInstance: (responseOrigin) => {
      const client = createSsmClient({ ...local, endpoint: ssm.origin });
      ssmClients.push(client);
      const resource = imageTag({
        parameters: new SsmParameterStore(client, patience),
        openImages: (accountId) =>
          new EcrImageStore(clients.ecr, accountId === ACCOUNT_ID ? {} : { registryId: accountId }),
        statuses: new CloudFormationStackStatuses(clients.cloudFormation, { warn: write }),
        place: { accountId: ACCOUNT_ID, region: REGION, urlSuffix: 'amazonaws.com' },
        log: { info: write, warn: write },
      });
      const instance = buildProvider(resource, {
        responseOrigin,
        ...(options.respondPolicy && { policy: options.respondPolicy }),
      });
      instances.push(instance);
      return instance;
    },
    release: (value) => ssm.parameters.put(PARAMETER, value),
    observe: () => ({
      parameters: ssm.parameters.versions(),
      repositories: [...repositories.repositories.values()].map(({ name, tags, manifests }) => ({
        name,
        tags: Object.fromEntries(tags),
        manifests: [...manifests.keys()].sort(),
      })),
    }),
    log: () => [...lines, ...instances.flatMap(({ log }) => log.lines)].join('\n'),
    violations: () => [...ssm.violations, ...ecr.violations, ...statuses.violations],
    [Symbol.asyncDispose]: close,
  };
}
