import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { isLate } from '../late-property.ts';
import { foreignImagePermissions, imagePermission, repositoryArn } from './image-permissions.ts';
import type { Permission } from './permission.ts';

/** The tag by which a repository's owner lets this service write to it. */
export const REPOSITORY_TAG = { key: 'deploytime', value: 'allow' } as const;
/** The tag by which a secret's owner lets this service read it. */
export const SOURCE_CREDENTIALS_TAG = { key: 'deploytime:source-credentials', value: 'true' } as const;

const READ_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const WRITE_ACTIONS = [
  'ecr:BatchDeleteImage',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

export interface EcrImagePermissionsProps {
  /** Repositories that may be written to although they lack the tag: a name with `*` and `?`. Default: none. */
  readonly repositoryPattern?: string;
  /** Hosts of the private ECR registries of other accounts and Regions that may be read. Default: none. */
  readonly readableRegistries?: readonly string[];
}

/** What `Custom::EcrImage` may do. Whoever can deploy a stack that names its service token can do as much. */
export function ecrImagePermissions(stack: Stack, props: EcrImagePermissionsProps): Permission[] {
  return [
    {
      statement: { sid: 'LogInToEcr', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      whyWildcard:
        'A token is of the account, not of a repository; what it opens is limited by the other statements.',
    },
    imagePermission(stack, [...READ_ACTIONS, 'ecr:DescribeImages']),
    ...foreignImagePermissions(props.readableRegistries, READ_ACTIONS),
    {
      statement: {
        sid: 'WriteImagesWhereTagged',
        actions: WRITE_ACTIONS,
        resources: [repositoryArn(stack, '*')],
        conditions: { StringEquals: { [`aws:ResourceTag/${REPOSITORY_TAG.key}`]: REPOSITORY_TAG.value } },
      },
      whyWildcard:
        'Repositories are named by stacks that come later; the condition limits them to those that carry the tag.',
    },
    ...patternPermissions(stack, props.repositoryPattern),
    {
      statement: {
        sid: 'ReadSourceCredentials',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [
          stack.formatArn({
            service: 'secretsmanager',
            resource: 'secret',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
        conditions: {
          StringEquals: { [`aws:ResourceTag/${SOURCE_CREDENTIALS_TAG.key}`]: SOURCE_CREDENTIALS_TAG.value },
        },
      },
      whyWildcard:
        'Secrets are named by stacks that come later; the condition limits them to those that carry the tag.',
    },
    {
      statement: {
        sid: 'DecryptSourceCredentials',
        actions: ['kms:Decrypt'],
        resources: [stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
        // The service's name ends in the partition's own suffix, which need not be the one of AWS::URLSuffix.
        conditions: { StringLike: { 'kms:ViaService': `secretsmanager.${stack.region}.*` } },
      },
      whyWildcard:
        "A secret's owner chooses its key, and the key's policy must agree; the condition leaves only Secrets Manager, which decrypts the secrets that may be read.",
    },
  ];
}

function patternPermissions(stack: Stack, repositoryPattern: string | undefined): Permission[] {
  if (repositoryPattern === undefined) return [];
  return [
    {
      statement: {
        sid: 'WriteImagesWherePatternMatches',
        actions: WRITE_ACTIONS,
        resources: [repositoryArn(stack, repositoryPattern)],
      },
      whyWildcard: 'The stack property RepositoryPattern was set to this.',
      ...(isLate(repositoryPattern) && { onlyWith: 'RepositoryPattern' }),
    },
  ];
}
