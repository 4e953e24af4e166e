import { Aws, type Stack } from 'aws-cdk-lib';
import { findEcrHost } from './ecr-host.ts';
import type { Permission } from './permission.ts';

/** The repositories of this account and Region that have a name like this, with `*` and `?`. */
export function repositoryArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: name });
}

/** To read, with these actions, in every repository of this account and Region. */
export function readImages(stack: Stack, actions: readonly string[]): Permission {
  return {
    statement: { sid: 'ReadImages', actions: [...actions], resources: [repositoryArn(stack, '*')] },
    whyWildcard: 'Repositories are named by stacks that come later; they are of this account and Region.',
  };
}

/**
 * To read, with these actions, in ECR registries of other accounts or Regions. Their repositories' own policies must
 * agree.
 * @param registries The stack property ReadableRegistries.
 */
export function readForeignImages(
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
