import { Annotations, AspectPriority, Aspects, CfnResource } from 'aws-cdk-lib';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import type { ScheduledScalingProps } from './scheduled-scaling.ts';

/**
 * CloudFormation sends a service's whole properties with each of its updates: a count that the template names comes
 * back with the next deployment, whatever scenario is open.
 */
export function warnOfFixedCounts(user: IConstruct, { scenarios }: ScheduledScalingProps): void {
  const steps = scenarios.flatMap((scenario) => scenario.steps);
  const counted = steps.filter(({ desiredCount }) => desiredCount !== undefined);
  const services = new Set(counted.flatMap(({ target }) => target.resource ?? []));
  const visit = (node: IConstruct) => {
    if (node !== user) return;
    for (const service of services) {
      if (findCount(service) !== undefined) warn(user, service);
    }
  };
  // A count may also be set after this.
  Aspects.of(user).add({ visit }, { priority: AspectPriority.READONLY });
}

function warn(user: IConstruct, service: IConstruct): void {
  Annotations.of(user).addWarningV2(
    'deploytime:fixedCount',
    `The service ${service.node.path} has a desiredCount in its template: a deployment that updates the service while a scenario is open puts that back; leave desiredCount out`,
  );
}

function findCount(service: IConstruct): number | undefined {
  const own = CfnResource.isCfnResource(service) ? service : service.node.defaultChild;
  return isService(own) ? own.desiredCount : undefined;
}

/** By its type's name, which also holds where two copies of the library meet. */
function isService(construct: IConstruct | undefined): construct is CfnService {
  return (
    construct !== undefined &&
    CfnResource.isCfnResource(construct) &&
    construct.cfnResourceType === 'AWS::ECS::Service'
  );
}
