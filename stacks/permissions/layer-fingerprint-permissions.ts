import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { readParameters, readPublicParameters } from './parameter-permissions.ts';
import type { Permission } from './permission.ts';
import { readStackStatus } from './stack-permissions.ts';

export interface LayerFingerprintPermissionsProps {
  /** The parameters that may be read: a name with `*` and `?`. Default: all. */
  readonly parameterPattern?: string;
}

/** What `Custom::LayerFingerprint` may do. It writes nowhere. */
export function layerFingerprintPermissions(
  stack: Stack,
  props: LayerFingerprintPermissionsProps,
): Permission[] {
  return [
    {
      statement: {
        sid: 'ReadLayerVersions',
        actions: ['lambda:GetLayerVersion'],
        resources: [layerArn(stack, { account: '*', name: '*:*' })],
      },
      whyWildcard:
        'Layers are named by stacks that come later, and many are of another account, as those that AWS publishes; its policy for the version must agree. No content is told, only its hash.',
    },
    {
      statement: {
        sid: 'ListLayerVersions',
        actions: ['lambda:ListLayerVersions'],
        // No account lets another one list.
        resources: [layerArn(stack, { name: '*' })],
      },
      whyWildcard: 'Layers are named by stacks that come later; they are of this account and Region.',
    },
    readParameters(stack, props.parameterPattern),
    readPublicParameters(stack),
    readStackStatus(stack),
  ];
}

/** @param layer.account Default: this one. */
function layerArn(stack: Stack, layer: { readonly account?: string; readonly name: string }): string {
  return stack.formatArn({
    service: 'lambda',
    ...(layer.account !== undefined && { account: layer.account }),
    resource: 'layer',
    resourceName: layer.name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
