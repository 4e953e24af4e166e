import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { parameterPermission, publicParameterPermission } from './parameter-permissions.ts';
import type { Permission } from './permission.ts';
import { stackStatusPermission } from './stack-status-permission.ts';

export interface LayerFingerprintPermissionsProps {
  /** Parameters that may be read: a name with `*` and `?`. Default: any name. */
  readonly parameterPattern?: string;
}

/** What `Custom::LayerFingerprint` may do: nothing but read. */
export function layerFingerprintPermissions(
  stack: Stack,
  props: LayerFingerprintPermissionsProps,
): Permission[] {
  return [
    parameterPermission(stack, props.parameterPattern),
    publicParameterPermission(stack),
    {
      statement: {
        sid: 'ListLayerVersions',
        actions: ['lambda:ListLayerVersions'],
        resources: [layerArn(stack, stack.account, '*')],
      },
      whyWildcard: "Layers are named by stacks that come later; other accounts' can't be listed at all.",
    },
    {
      statement: {
        sid: 'ReadLayerVersions',
        actions: ['lambda:GetLayerVersion'],
        resources: [layerArn(stack, '*', '*:*')],
      },
      whyWildcard:
        "Layers are named by stacks that come later, and may be of any account that lets this one read them, as AWS's own and the vendors' do: a version's policy is its owner's consent. What is answered is a hash of the content.",
    },
    stackStatusPermission(stack),
  ];
}

function layerArn(stack: Stack, account: string, name: string): string {
  return stack.formatArn({
    service: 'lambda',
    account,
    resource: 'layer',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
