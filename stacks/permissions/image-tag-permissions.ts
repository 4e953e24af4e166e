import type { Stack } from 'aws-cdk-lib';
import { readParameters } from './parameter-permissions.ts';
import type { Permission } from './permission.ts';
import { readForeignImages, readImages } from './repository-permissions.ts';
import { readStackStatus } from './stack-permissions.ts';

/** One call tells whether an image is there, with its digest and its manifest. */
const READ_ACTIONS = ['ecr:BatchGetImage'];

export interface ImageTagPermissionsProps {
  /** The parameters that may be read: a name with `*` and `?`. Default: all. */
  readonly parameterPattern?: string;
  /** Hosts of the private ECR registries of other accounts and Regions that may be read. Default: none. */
  readonly readableRegistries?: readonly string[];
}

/** What `Custom::ImageTag` may do. It writes nowhere. */
export function imageTagPermissions(stack: Stack, props: ImageTagPermissionsProps): Permission[] {
  return [
    readParameters(stack, props.parameterPattern),
    readImages(stack, READ_ACTIONS),
    ...readForeignImages(props.readableRegistries, READ_ACTIONS),
    readStackStatus(stack),
  ];
}
