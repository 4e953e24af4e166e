import { AspectPriority, Aspects, CfnResource, Stack, TagManager, Tags } from 'aws-cdk-lib';
import type { CfnDBInstance } from 'aws-cdk-lib/aws-docdb';
import type { IConstruct } from 'constructs';
import { SCALING_TAG } from '../permissions/scaling-consent.ts';
import { tagOrWarn } from './ownership.ts';
import { clusterIdentifier, type ScalableCluster } from './scheduled-scaling-target.ts';

const CLUSTER_TYPE = 'AWS::DocDB::DBCluster';
const INSTANCE_TYPE = 'AWS::DocDB::DBInstance';
const SCALABLE_TYPES = [CLUSTER_TYPE, INSTANCE_TYPE, 'AWS::ECS::Service'];

/** Tags every cluster, instance and service in the construct. */
export function allowScaling(scope: IConstruct): void {
  Tags.of(scope).add(SCALING_TAG.key, SCALING_TAG.value, { includeResourceTypes: SCALABLE_TYPES });
}

/** Tags a target that the user's own stack creates; for any other one there is a warning. */
export function allowScalingOf(user: IConstruct, target: IConstruct): void {
  const isCluster = isDocumentDbCluster(target);
  tagOrWarn(user, target, {
    what: isCluster ? 'cluster' : 'service',
    whose: isCluster ? 'it and its instances' : 'it',
    tag: SCALING_TAG,
    resourceTypes: SCALABLE_TYPES,
    otherwise: "the service's ScalableTargets must match its name",
    consequence: 'else its runs fail with AccessDenied',
  });
  if (isCluster) allowInstancesOf(user, target);
}

/** Instances may be constructs beside their cluster, and made after this: they are found when all are there. */
function allowInstancesOf(user: IConstruct, cluster: ScalableCluster): void {
  const stack = Stack.of(user);
  const id = JSON.stringify(stack.resolve(clusterIdentifier(cluster)));
  const visit = (node: IConstruct) => {
    if (!isInstance(node) || JSON.stringify(stack.resolve(node.dbClusterIdentifier)) !== id) return;
    TagManager.of(node)?.setTag(SCALING_TAG.key, SCALING_TAG.value);
    user.node.addDependency(node);
  };
  Aspects.of(stack).add({ visit }, { priority: AspectPriority.MUTATING });
}

/** Of the targets that there are. */
function isDocumentDbCluster(target: IConstruct): target is ScalableCluster {
  return CfnResource.isCfnResource(target)
    ? target.cfnResourceType === CLUSTER_TYPE
    : 'clusterIdentifier' in target;
}

/** By its type's name, which also holds where two copies of the library meet. */
function isInstance(construct: IConstruct): construct is CfnDBInstance {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === INSTANCE_TYPE;
}
