export interface AttributeAsked {
  /** `AWS::ECS::Service` */
  readonly type: string;
  /** Undefined: what Ref gives. */
  readonly attribute: string | undefined;
  /** The resource's property of this name, where it is a text. */
  readonly text: (property: string) => string | undefined;
  /** A name in place of the one that AWS gives. */
  readonly standIn: (of: string) => string;
}

/** An ARN is read for its names alone. */
const ARN_OF_ECS = 'arn:aws:ecs:us-east-1:111122223333:';
/** Logical ids may be longer. */
const MAX_CLUSTER_IDENTIFIER = 63;
/** ECS takes this cluster where a service names none. */
const DEFAULT_CLUSTER = 'default';

/**
 * What a template's reference to a resource gives, for resources that can be a target of scaling, or a part of its name.
 * Undefined for all others.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-docdb-dbcluster.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
 */
export function resourceAttribute({ type, attribute, text, standIn }: AttributeAsked): string | undefined {
  switch (`${type} ${attribute ?? 'Ref'}`) {
    case 'AWS::DocDB::DBCluster Ref':
      return (
        text('DBClusterIdentifier') ?? standIn('the DocumentDB cluster').slice(0, MAX_CLUSTER_IDENTIFIER)
      );
    case 'AWS::ECS::Cluster Ref':
      return text('ClusterName') ?? standIn('the ECS cluster');
    case 'AWS::ECS::Cluster Arn':
      return `${ARN_OF_ECS}cluster/${text('ClusterName') ?? standIn('the ECS cluster')}`;
    case 'AWS::ECS::Service Name':
      return text('ServiceName') ?? standIn('the ECS service');
    case 'AWS::ECS::Service Ref':
    case 'AWS::ECS::Service ServiceArn': {
      // By name or by ARN.
      const cluster = text('Cluster')?.replace(/^.*\//, '') ?? DEFAULT_CLUSTER;
      return `${ARN_OF_ECS}service/${cluster}/${text('ServiceName') ?? standIn('the ECS service')}`;
    }
    default:
      return undefined;
  }
}
