import { Aws, type Stack } from 'aws-cdk-lib';
import { findEcrHost } from './ecr-host.ts';
import type { Permission } from './permission.ts';

/** Repositories of this account and Region. */
export function repositoryArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: name });
}

/** To read in the repositories of this account and Region. */
export function imagePermission(stack: Stack, actions: readonly string[]): Permission {
  return {
    statement: { sid: 'ReadImages', actions: [...actions], resources: [repositoryArn(stack, '*')] },
    whyWildcard: 'Repositories are named by stacks that come later; they are of this account and Region.',
  };
}

/**
 * To read in ECR registries of other accounts or Regions. Their repositories' own policies must agree.
 * @param registries Their hosts; what is no private ECR registry needs no permission. Default: none.
 */
export function foreignImagePermissions(
  registries: readonly string[] | undefined,
  actions: readonly string[],
): Permission[] {
  const repositories = (registries ?? []).flatMap((host) => {
    const ecr = findEcrHost(host);
    return ecr === undefined ? [] : [`arn:${Aws.PARTITION}:ecr:${ecr.region}:${ecr.account}:repository/*`];
  });
  if (repositories.length === 0) return [];
  return [
    {
      statement: { sid: 'ReadForeignImages', actions: [...actions], resources: repositories },
      whyWildcard: 'The stack property ReadableRegistries names these registries.',
    },
  ];
}
