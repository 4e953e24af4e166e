import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeploytimeService, type DeploytimeServiceProps } from './deploytime-service.ts';

/** The stack properties, beside CDK's own; `permissionsBoundary` among those holds for every role here. */
export interface ServiceStackProps extends StackProps, DeploytimeServiceProps {}

/** A stack with one copy of the service and nothing else. */
export class ServiceStack extends Stack {
  /** @throws Error in one sentence for properties that are not allowed. */
  constructor(scope: Construct, id: string, props: ServiceStackProps = {}) {
    super(scope, id, {
      description: 'Deploy-time service for CloudFormation: custom resource providers',
      ...props,
    });
    // CDK leaves an id of this name out of logical ids: they are those of a stack that has the resources itself.
    new DeploytimeService(this, 'Default', props);
  }
}
