import type { Stack } from 'aws-cdk-lib';
import { foreignImagePermissions, imagePermission } from './image-permissions.ts';
import { parameterPermission } from './parameter-permissions.ts';
import type { Permission } from './permission.ts';
import { stackStatusPermission } from './stack-status-permission.ts';

/** Digests and manifests. No layer is fetched. */
const READ_ACTIONS = ['ecr:BatchGetImage'];

export interface ImageTagPermissionsProps {
  /** Parameters that may be read: a name with `*` and `?`. Default: any name. */
  readonly parameterPattern?: string;
  /** Hosts of the private ECR registries of other accounts that may be read. Default: none. */
  readonly readableRegistries?: readonly string[];
}

/** What `Custom::ImageTag` may do: nothing but read. */
export function imageTagPermissions(stack: Stack, props: ImageTagPermissionsProps): Permission[] {
  return [
    parameterPermission(stack, props.parameterPattern),
    imagePermission(stack, READ_ACTIONS),
    ...foreignImagePermissions(props.readableRegistries, READ_ACTIONS),
    stackStatusPermission(stack),
  ];
}
