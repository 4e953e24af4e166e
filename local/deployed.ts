import type { Account } from './account.ts';
import { hasDatabaseCluster, removeDatabaseCluster } from './database-cluster.ts';
import { hasLayer, removeLayer } from './layer-versions.ts';
import { LocalError } from './local-error.ts';
import { hasParameter, removeParameter } from './parameter.ts';
import type { Progress } from './progress.ts';
import { createRepository, removeImages, removeRepository } from './repository.ts';
import { SCALABLE_TARGETS_STACK } from './scalable-targets.ts';
import { hasScalingTable, removeScalingTable, SCALING_TABLE } from './scaling-table.ts';
import { deleteStack } from './stack-deletion.ts';
import { findStack, stackResources } from './stack-events.ts';
import type { Story } from './story.ts';

export const SERVICE_STACK = 'deploytime';
export const EXAMPLE_STACK = 'deploytime-example';
export const RELEASE_STACK = 'deploytime-example-release';
export const LAYER_STACK = 'deploytime-example-layer';
export const CONSUMER_STACKS = ['deploytime-example-consumer-a', 'deploytime-example-consumer-b'] as const;
export const NIGHTLY_STACK = 'deploytime-example-nightly';
/** The cluster that the nights of the example are about. */
export const DATABASE_CLUSTER = 'deploytime-example-orders';
/** Where the application's releases are, that the examples take their images from. */
export const SOURCE_REPOSITORY = 'deploytime-example-source';
/** The tag that was released last; the command line makes it. */
export const RELEASE_PARAMETER = '/deploytime-example/release';
/** The ARN of the layer's newest version; its stack makes it. */
const LAYER_PARAMETER = '/deploytime-example/layer';
/** Its versions outlive its stack. */
const LAYER = 'deploytime-example';

/** What a story leaves in an account. */
interface Deployed {
  /** In the order in which they can go. */
  readonly stacks: readonly string[];
  readonly parameters: readonly string[];
  readonly layers: readonly string[];
  /** DocumentDB clusters, which belong to no stack. */
  readonly clusters: readonly string[];
}

const NOTHING: Deployed = { stacks: [], parameters: [], layers: [], clusters: [] };

const DEPLOYED: Readonly<Record<Story, Deployed>> = {
  images: { ...NOTHING, stacks: [EXAMPLE_STACK] },
  tags: { ...NOTHING, stacks: [RELEASE_STACK], parameters: [RELEASE_PARAMETER] },
  layers: {
    ...NOTHING,
    stacks: [...CONSUMER_STACKS, LAYER_STACK],
    parameters: [LAYER_PARAMETER],
    layers: [LAYER],
  },
  scaling: {
    ...NOTHING,
    stacks: [NIGHTLY_STACK, SCALABLE_TARGETS_STACK],
    clusters: [DATABASE_CLUSTER],
  },
};

/** Of all the stories, and the service last: the examples' custom resources need it until then. */
function deployedBy(stories: readonly Story[]): Deployed {
  const all = stories.map((story) => DEPLOYED[story]);
  return {
    stacks: [...all.flatMap(({ stacks }) => stacks), SERVICE_STACK],
    parameters: all.flatMap(({ parameters }) => parameters),
    layers: all.flatMap(({ layers }) => layers),
    clusters: all.flatMap(({ clusters }) => clusters),
  };
}

/**
 * Makes sure that a run changes and deletes nothing of somebody else's in an account. The repository that it makes
 * is the claim: of two runs at once, one comes second and is refused.
 * @throws LocalError where the account has something of one of the names.
 */
export async function claimAccount(
  account: Account,
  stories: readonly Story[],
  signal: AbortSignal,
): Promise<void> {
  const refusal = (what: string, does = 'change') =>
    new LocalError(
      `the account at ${account.endpoint.origin} has a ${what} already, which this run would ${does} and delete: delete it first, or unset AWS_ENDPOINT_URL to run on MiniStack`,
    );
  const { stacks, parameters, layers, clusters } = deployedBy(stories);
  for (const name of stacks) {
    if (await findStack(account.cloudFormation, name, signal)) throw refusal(`stack ${name}`);
  }
  for (const name of parameters) {
    if (await hasParameter(account, name, signal)) throw refusal(`parameter ${name}`);
  }
  for (const name of layers) {
    if (await hasLayer(account, name, signal)) throw refusal(`layer ${name}`);
  }
  for (const name of clusters) {
    if (await hasDatabaseCluster(account, name, signal)) throw refusal(`DocumentDB cluster ${name}`);
  }
  if (await hasScalingTable(account, signal)) throw refusal(`table ${SCALING_TABLE}`);
  // Not to be interrupted: one that was made and not known of would stay.
  if (!(await createRepository(account, SOURCE_REPOSITORY))) {
    throw refusal(`repository ${SOURCE_REPOSITORY}`, 'fill');
  }
}

/**
 * Takes away what a run deployed to an account that stays: all but CDK's bootstrap stack. What was not deployed yet
 * is no error.
 * @throws LocalError for the first that can't go; those after it stay, since what is left may need them.
 */
export async function removeDeployed(
  account: Account,
  stories: readonly Story[],
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const { stacks, parameters, layers, clusters } = deployedBy(stories);
  for (const name of stacks) {
    await progress.step(`delete the stack ${name}`, () => removeStack(account, name, signal));
  }
  for (const name of parameters) {
    await progress.step(`delete the parameter ${name}`, () => removeParameter(account, name, signal));
  }
  for (const name of layers) {
    await progress.step(`delete the versions of the layer ${name}`, () => removeLayer(account, name, signal));
  }
  for (const name of clusters) {
    await progress.step(`delete the DocumentDB cluster ${name}`, () =>
      removeDatabaseCluster(account, name, signal),
    );
  }
  await progress.step(`delete the table ${SCALING_TABLE}`, () => removeScalingTable(account, signal));
  await progress.step(`delete the repository ${SOURCE_REPOSITORY}`, () =>
    removeRepository(account, SOURCE_REPOSITORY, signal),
  );
}

/** Deletes a stack of an example. Released images are the application's: the stack can't take them with it. */
export async function removeStack(account: Account, name: string, signal: AbortSignal): Promise<void> {
  if (name === RELEASE_STACK) {
    for (const repository of await stackResources(
      account.cloudFormation,
      name,
      'AWS::ECR::Repository',
      signal,
    )) {
      await removeImages(account, repository, signal);
    }
  }
  await deleteStack(account.cloudFormation, name, signal);
}

/** The AWS CLI's commands for the same. */
export function removalCommands(stories: readonly Story[]): string[] {
  const { stacks, parameters, layers, clusters } = deployedBy(stories);
  return [
    ...stacks.flatMap((name) => [
      ...(name === RELEASE_STACK ? [removeRepositoryOf(name)] : []),
      `aws cloudformation delete-stack --stack-name ${name}`,
      `aws cloudformation wait stack-delete-complete --stack-name ${name}`,
    ]),
    ...parameters.map((name) => `aws ssm delete-parameter --name ${name}`),
    ...layers.map(
      (name) =>
        `for version in $(aws lambda list-layer-versions --layer-name ${name} --query 'LayerVersions[].Version' --output text); do aws lambda delete-layer-version --layer-name ${name} --version-number $version; done`,
    ),
    ...clusters.flatMap((name) => [
      `for instance in $(aws docdb describe-db-clusters --db-cluster-identifier ${name} --query 'DBClusters[].DBClusterMembers[].DBInstanceIdentifier' --output text); do aws docdb delete-db-instance --db-instance-identifier $instance; done`,
      `aws docdb delete-db-cluster --db-cluster-identifier ${name} --skip-final-snapshot`,
    ]),
    `aws dynamodb delete-table --table-name ${SCALING_TABLE}`,
    `aws ecr delete-repository --repository-name ${SOURCE_REPOSITORY} --force`,
  ];
}

/** With the images that were released to it, so that the stack finds it gone. */
function removeRepositoryOf(stack: string): string {
  return `aws ecr delete-repository --force --repository-name $(aws cloudformation describe-stacks --stack-name ${stack} --query "Stacks[0].Outputs[?OutputKey=='RepositoryName'].OutputValue" --output text)`;
}
