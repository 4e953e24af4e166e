import { Aws, Fn, type Stack } from 'aws-cdk-lib';
import { isLate } from '../late-property.ts';
import { type EcrHost, findEcrHost } from './ecr-host.ts';
import type { Permission } from './permission.ts';

/** How many registries the parameter of a template may name. */
export const MOST_LATE_HOSTS = 4;

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
  const hosts = isLate(registries) ? lateHosts(registries ?? []) : (registries ?? []).map(findEcrHost);
  const repositories = hosts.flatMap((ecr) =>
    ecr === undefined ? [] : [`arn:${Aws.PARTITION}:ecr:${ecr.region}:${ecr.account}:repository/*`],
  );
  if (repositories.length === 0) return [];
  return [
    {
      statement: { sid: 'ReadForeignImages', actions: [...actions], resources: repositories },
      whyWildcard: 'The stack property ReadableRegistries names these registries.',
      ...(isLate(registries) && { onlyWith: 'ReadableRegistries' }),
    },
  ];
}

/**
 * A template has no loop: it takes the first hosts apart, up to the most that its parameter holds. Where there are
 * fewer, this account's own registry fills the list, which may be read anyway.
 */
function lateHosts(registries: readonly string[]): EcrHost[] {
  const own = `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.`;
  const filled = Fn.split(',', [...registries, ...Array(MOST_LATE_HOSTS - 1).fill(own)].join(','));
  return Array.from({ length: MOST_LATE_HOSTS }, (_, index) => {
    const labels = Fn.split('.', Fn.select(index, filled));
    return { account: Fn.select(0, labels), region: Fn.select(3, labels) };
  });
}
