import type { Values } from './example-stack.ts';

/** The network that MiniStack's accounts have from the beginning. */
export const NETWORK: Values = { VpcId: 'vpc-00000001', SubnetIds: 'subnet-00000001,subnet-00000002' };
