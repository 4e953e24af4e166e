import { CfnResource, Token } from 'aws-cdk-lib';
import type { CfnDBCluster, IDatabaseCluster } from 'aws-cdk-lib/aws-docdb';
import type { CfnService, IBaseService, IService } from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';

/** A `DatabaseCluster` or a `CfnDBCluster`, or an imported cluster. Only newer aws-cdk-lib have one interface for them. */
export type ScalableCluster = IDatabaseCluster | CfnDBCluster;
/** A `FargateService`, an `Ec2Service` or a `CfnService`, or an imported service; the same goes for these. */
export type ScalableService = IService | CfnService;

/** What a step of a `ScheduledScaling` scales. */
export class ScalingTarget {
  /** A DocumentDB cluster. */
  static documentDbCluster(cluster: ScalableCluster): ScalingTarget {
    return new ScalingTarget('docdb', `docdb/${clusterIdentifier(cluster)}`, cluster);
  }

  /** An ECS service. */
  static ecsService(service: ScalableService): ScalingTarget {
    return new ScalingTarget('ecs', serviceNameOf(service), service);
  }

  /**
   * A cluster or a service that this app doesn't have: `docdb/<cluster>`, `ecs/<cluster>/<service>`, or the ARN of
   * either in the stack's own account and Region. Its owner tags it, or the service's `ScalableTargets` match it.
   */
  static fromName(name: string): ScalingTarget {
    return new ScalingTarget(undefined, name);
  }

  /** As the service reads it; it may be a token. */
  readonly name: string;
  /** Undefined where only the name says it. */
  readonly kind?: 'docdb' | 'ecs';
  /** What it was made of. */
  readonly resource?: IConstruct;

  private constructor(kind: ScalingTarget['kind'], name: string, resource?: IConstruct) {
    this.kind = kind;
    this.name = name;
    this.resource = resource;
  }

  /** For people: its name, or the path of a construct whose name is only known at deploy time. */
  get label(): string {
    return this.resource !== undefined && Token.isUnresolved(this.name) ? this.resource.node.path : this.name;
  }
}

/** As the cluster's instances name it. */
export function clusterIdentifier(cluster: ScalableCluster): string {
  return CfnResource.isCfnResource(cluster) ? cluster.ref : cluster.clusterIdentifier;
}

/** A service's ARN names its cluster only in the long format, so it is the second choice. */
function serviceNameOf(service: ScalableService): string {
  if (CfnResource.isCfnResource(service)) return service.ref;
  return isOfCluster(service)
    ? `ecs/${service.cluster.clusterName}/${service.serviceName}`
    : service.serviceArn;
}

function isOfCluster(service: IService): service is IBaseService {
  return 'cluster' in service && service.cluster !== undefined;
}
