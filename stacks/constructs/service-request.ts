import { CustomResource, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type ProviderName, serviceTokenArn } from '../service-name.ts';

/** What every construct of the service has, whatever it asks for. */
export interface ServiceRequestProps {
  /**
   * How long CloudFormation waits for an answer, 1 to 3600 seconds.
   * @default Duration.hours(1)
   */
  readonly serviceTimeout?: Duration;
  /**
   * The qualifier of the copy of the service that answers.
   * @default - the copy without a qualifier
   */
  readonly qualifier?: string;
  /**
   * The ARN of the function that answers, instead of the one that follows from the qualifier.
   * @default - the function of this type in this account and Region
   */
  readonly serviceToken?: string;
}

/** The same for a construct whose answer depends on what others do, and so has to be asked for again. */
export interface ServiceInquiryProps extends ServiceRequestProps {
  /**
   * Any text: CloudFormation asks the service again when it changes. Empty text is none.
   * @default - the context value `deploytime:DeploymentId`; otherwise the run of the CI system, where the CDK command
   * line runs in one that is known; otherwise none
   */
  readonly deploymentId?: string;
}

/** Properties by their names in a template; what is undefined is left to the service. */
export interface PropertyValues {
  readonly [name: string]: PropertyValue | undefined;
}
export type PropertyValue = string | number | boolean | readonly PropertyValue[] | PropertyValues;

/** A resource of one of the service's types. */
export function serviceResource(
  scope: Construct,
  props: ServiceRequestProps,
  request: {
    readonly provider: ProviderName;
    readonly resourceType: `Custom::${string}`;
    readonly properties: PropertyValues;
  },
): CustomResource {
  return new CustomResource(scope, 'Resource', {
    serviceToken: props.serviceToken ?? serviceTokenArn(scope, request.provider, props.qualifier),
    resourceType: request.resourceType,
    serviceTimeout: props.serviceTimeout,
    properties: request.properties,
  });
}
