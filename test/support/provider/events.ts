import { ACCOUNT_ID, REGION } from './provider.ts';

export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT_ID}:stack/shop/5f0c1c30-1e2d-11f0-8f6e-0affd1b2c3d5`;

/** A request as CloudFormation sends it, for the given properties. */
export function requestEvent(
  requestType: 'Create' | 'Update' | 'Delete',
  responseUrl: string,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    RequestType: requestType,
    ServiceToken: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:deploytime-test`,
    ResponseURL: responseUrl,
    StackId: STACK_ID,
    RequestId: '2a9c2a2e-3c5b-4c55-9f1f-000000000001',
    LogicalResourceId: 'Thing',
    ResourceType: 'Custom::Thing',
    ResourceProperties: {
      ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-test',
      Name: 'a',
    },
    ...(requestType !== 'Create' && { PhysicalResourceId: 'thing-a' }),
    ...(requestType === 'Update' && {
      OldResourceProperties: {
        ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:deploytime-test',
        Name: 'a',
      },
    }),
    ...overrides,
  };
}
